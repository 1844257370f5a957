#!/usr/bin/env python3
"""Writes locate.onnx, restore.onnx, judge.onnx, the same quantised (*.int8.onnx) and models.json to models/ from the checkpoints in the cache.

Input `image`: float32 N x 3 x H x W, RGB in [0,1] (restore: N x 4, the region as the last; judge: N x 8 x 160 x 160, engine/erase/views.h); every normalisation is inside. Outputs: see nets.Exported.
Each file is checked against PyTorch through OpenCV's dnn, and through OpenVINO where that is installed.
"""
import argparse
import datetime
import hashlib
import json
import os

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn

import checkpoint
import feed
import nets
import quantise
import train_judge
import warm_start

HERE = os.path.dirname(os.path.abspath(__file__))
TOLERANCE = 1e-3
CALIBRATED_ON = 100  # samples


class TransposedShuffle(nn.Module):
    """nn.PixelShuffle(2) as a transposed convolution with ones and zeros, which every runtime has with any height and width."""

    def __init__(self, channels):
        super().__init__()
        weight = torch.zeros(channels * 4, channels, 2, 2)
        for c in range(channels):
            for dy in range(2):
                for dx in range(2):
                    weight[c * 4 + dy * 2 + dx, c, dy, dx] = 1
        self.register_buffer("ones", weight)

    def forward(self, x):
        return torch.nn.functional.conv_transpose2d(x, self.ones, stride=2)


def exportable(net):
    if isinstance(net, nets.Restore):
        net.enlarge = TransposedShuffle(5)
    return nets.Exported(net).eval()


def round_weights(net):
    """To what 16 bits hold, of the matrices; the arithmetic stays in 32 bits."""
    for p in net.parameters():
        if p.dim() > 1:
            p.data = p.data.half().float()


def store_weights_in_16_bits(path):
    """Halves the file: each matrix becomes float16, and a node that makes it float32 again."""
    model = onnx.load(path)
    graph, casts = model.graph, []
    for tensor in graph.initializer:
        if len(tensor.dims) < 2 or not tensor.name.startswith(warm_start.PREFIX):
            continue
        small = numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), tensor.name)
        wide = tensor.name + ".wide"
        for node in graph.node:
            node.input[:] = [wide if i == tensor.name else i for i in node.input]
        tensor.CopyFrom(small)
        casts.append(onnx.helper.make_node("Cast", [tensor.name], [wide], to=onnx.TensorProto.FLOAT))
    nodes = casts + list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def to_onnx(net, path):
    """Exports, its weights rounded; parameters keep their PyTorch names behind a prefix, which warm_start.py relies on."""
    round_weights(net)
    module = exportable(net)
    one_size = isinstance(net, nets.Judge)
    axes = {name: ({0: "n", 2: "h", 3: "w"} if name != "score" and not one_size else {0: "n"}) for name in ["image"] + module.names}
    height, width = sizes_of(net)[0]
    options = dict(dynamo=False) if "dynamo" in torch.onnx.export.__code__.co_varnames else {}
    torch.onnx.export(module, torch.rand(1, nets.planes(net), height, width), path, opset_version=13, input_names=["image"], output_names=module.names,
                      dynamic_axes=axes, do_constant_folding=True, **options)
    return module


def _by_opencv(path, image, names):
    import cv2
    network = cv2.dnn.readNetFromONNX(path)
    network.setInput(image, "image")
    return network.forward(names)


def _by_openvino(path, image, names):
    try:
        import openvino
    except ImportError:
        return None
    compiled = openvino.Core().compile_model(path, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    outputs = compiled(image)
    return [outputs[n] for n in names]


def sizes_of(net):
    """(height, width) that it is checked on."""
    return ((train_judge.SIDE, train_judge.SIDE),) if isinstance(net, nets.Judge) else ((128, 192), (192, 128), (256, 256))


def check(module, path, sizes=None):
    """Largest difference from PyTorch per runtime, on several sizes; raises where it is too large."""
    report, sizes = {}, sizes or sizes_of(module.net)
    rng = np.random.default_rng(0)
    for name, run in (("opencv", _by_opencv), ("openvino", _by_openvino)):
        for h, w in sizes:
            image = rng.random((1, nets.planes(module.net), h, w), np.float32)
            got = run(path, image, module.names)
            if got is None:
                break
            with torch.no_grad():
                wanted = [o.numpy() for o in module(torch.from_numpy(image))]
            for g, o in zip(got, wanted):
                assert g.size == o.size and np.isfinite(g).all(), (name, g.shape, o.shape)
                report[name] = max(report.get(name, 0.), float(np.abs(g.reshape(o.shape) - o).max()))
        if report.get(name, 0.) > TOLERANCE:
            raise SystemExit(f"{path}: {name} differs from PyTorch by {report[name]:.2g}")
    return report


def calibration_images(name, cache_dir):
    """What the network sees in training, one by one."""
    if name == "judge":
        yield from train_judge.calibration_images(cache_dir)
        return
    rng, banks = np.random.default_rng(1), feed.load_banks(cache_dir, "train")
    for _ in range(CALIBRATED_ON):
        batch = feed.restore_batch(rng, banks, shapes=((192, 1),)) if name == "restore" else feed.locate_batch(rng, banks)
        yield batch["image"][:1].numpy()


def main(argv=None):
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--cache", default=os.path.join(HERE, "cache"))
    p.add_argument("--region-shift", type=float, default=0., help="added to locate's region logit, so that one half is a useful threshold; see calibrate.py")
    p.add_argument("--out", default=os.path.join(HERE, "..", "models"))
    args = p.parse_args(argv)
    os.makedirs(args.out, exist_ok=True)
    listing_path = os.path.join(args.out, "models.json")
    listing = dict(networks={})
    if os.path.exists(listing_path):  # a network without a checkpoint stays as it is
        with open(listing_path, encoding="utf-8") as f:
            listing = json.load(f)
    listing["version"] = datetime.datetime.utcnow().strftime("%Y%m%d.%H%M")
    for name in ("locate", "restore", "judge"):
        source = os.path.join(args.cache, name + ".pt")
        if not os.path.exists(source):
            continue
        net = nets.make(name)
        samples = checkpoint.load_average(source, net)
        if name == "locate":
            net.head.bias.data[0] += args.region_shift
        # Written beside and moved: the engine may be reading the old one.
        path = os.path.join(args.out, name + ".onnx")
        module = to_onnx(net, path + ".tmp")
        differences = check(module, path + ".tmp")
        files = [path, os.path.join(args.out, name + ".int8.onnx")]
        quantise.quantise(name, path + ".tmp", files[1] + ".tmp", calibration_images(name, args.cache))
        store_weights_in_16_bits(path + ".tmp")
        listing["networks"][name] = dict(samples=samples, files=[])
        for file in files:
            os.replace(file + ".tmp", file)
            with open(file, "rb") as f:
                data = f.read()
            listing["networks"][name]["files"].append(dict(file=os.path.basename(file), sha256=hashlib.sha256(data).hexdigest(), size_bytes=len(data)))
            print(f"{file}: {len(data) / 1e6:.1f} MB")
        if name == "locate":
            listing["networks"][name]["region_shift"] = args.region_shift
        print(f"{name}: {samples} samples, differs from PyTorch by at most {differences}")
    with open(listing_path, "w") as f:
        json.dump(listing, f, indent=2)
        f.write("\n")


if __name__ == "__main__":
    main()
