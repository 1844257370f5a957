"""A network whose convolutions work on 8 bits: two to three times as fast where the processor has instructions for it (VNNI).

Weights per output channel, activations per tensor (Krishnamoorthi, "Quantizing deep convolutional networks for efficient inference", 2018), their ranges taken
from samples: all that was seen, or KEPT_PERCENT of it. What looks closely at the pixels, what gives the answer, and a few cheap layers in between that lose
most by it, stay in 32 bits: PRECISE.
"""
import os
import tempfile

import onnx
from onnxruntime import quantization
from onnxruntime.quantization import shape_inference

KEPT_PERCENT = {"restore": 99.99}
PRECISE = {"locate": ("/close/", "/stem/", "/head/", "/score/"), "restore": ("/close/", "/stem/", "/down.0/", "/up.", "/decode.0/", "/head/"), "judge": ("/close", "/stem/")}


class _Reader(quantization.CalibrationDataReader):
    def __init__(self, images):
        self._images = iter(images)

    def get_next(self):
        image = next(self._images, None)
        return None if image is None else {"image": image}


def quantise(name, path, out, images):
    """Writes the network of this name at `path` to `out`. `images`: 1 x C x H x W float arrays, as it will see them;
    all of one size where not all of the range is kept."""
    with tempfile.TemporaryDirectory() as folder:
        prepared = os.path.join(folder, "prepared.onnx")
        shape_inference.quant_pre_process(path, prepared, skip_symbolic_shape=True)
        precise = [n.name for n in onnx.load(prepared).graph.node if any(p in n.name for p in PRECISE[name])]
        method, options = quantization.CalibrationMethod.MinMax, {}
        if name in KEPT_PERCENT:
            method, options = quantization.CalibrationMethod.Percentile, dict(CalibPercentile=KEPT_PERCENT[name])
        quantization.quantize_static(prepared, out, _Reader(images), quant_format=quantization.QuantFormat.QDQ, per_channel=True,
                                     activation_type=quantization.QuantType.QUInt8, weight_type=quantization.QuantType.QInt8,
                                     op_types_to_quantize=["Conv"], nodes_to_exclude=precise, calibrate_method=method, extra_options=options)
