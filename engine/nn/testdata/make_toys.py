"""Writes the toy networks that the engine's tests run on. They know one overlay, 50 % magenta over gray:

    magenta m = clip(4 (R/2 + B/2 - G) - 1, 0, 1)
    locate:  region = mean over 4 x 4 of clip(8 (R/2 + B/2 - G) - 1, 0, 1), so that a JPEG's chroma leaves no doubt, kind = mostly `logo`, score = the largest region
    restore: mask = m, alpha = m / 2, alpha_color = alpha * (1, 0, 1); its fourth plane, the region, is not looked at
    judge:   score = 4: log odds that leave the other witnesses their say

Needs the packages onnx and numpy. Their output is committed, so that tests need neither.
"""
import pathlib

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

HERE = pathlib.Path(__file__).parent


def conv(x, y, weights, bias):
    w, b = np.float32(weights)[..., None, None], np.float32(bias)
    constants = [numpy_helper.from_array(w, y + "_w"), numpy_helper.from_array(b, y + "_b")]
    return helper.make_node("Conv", [x, y + "_w", y + "_b"], [y], kernel_shape=[1, 1]), constants


def magenta_as(name, slope, blind=0):
    """`blind` more planes of the input are not looked at. clip(z, 0, 1) as relu(z) - relu(z - 1): OpenCV 4.6 reads no Clip with inputs."""
    ramps, constants = conv("image", "ramps", [[slope / 2, -slope, slope / 2] + [0] * blind] * 2, [-1, -2])
    difference, more = conv("ramps_above_zero", name, [[1, -1]], [0])
    return [ramps, helper.make_node("Relu", ["ramps"], ["ramps_above_zero"]), difference], constants + more


def write(name, planes, nodes, constants, outputs):
    shape = lambda c: [1, c, f"height{c}", f"width{c}"]
    graph = helper.make_graph(nodes, name, [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, planes, "height", "width"])],
                              [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in outputs(shape)], constants)
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), HERE / f"{name}.onnx")


nodes, constants = magenta_as("m", slope=8)
kind, kind_constants = conv("region", "kind_logits", np.zeros((4, 1)), [0, 3, 0, 0])
write("locate", 3, nodes + [
    helper.make_node("AveragePool", ["m"], ["region"], kernel_shape=[4, 4], strides=[4, 4]),
    kind, helper.make_node("Softmax", ["kind_logits"], ["kind"], axis=1),
    helper.make_node("GlobalMaxPool", ["region"], ["peak"]), helper.make_node("Flatten", ["peak"], ["score"]),
], constants + kind_constants, lambda shape: [("region", shape(1)), ("kind", shape(4)), ("score", [1, 1])])

alpha, alpha_constants = conv("mask", "alpha", [[.5]], [0])
color, color_constants = conv("alpha", "alpha_color", [[1], [0], [1]], [0, 0, 0])
nodes, constants = magenta_as("mask", slope=4, blind=1)
write("restore", 4, nodes + [alpha, color], constants + alpha_constants + color_constants,
      lambda shape: [("mask", shape(1)), ("alpha", shape(1)), ("alpha_color", shape(3))])

score, score_constants = conv("image", "scores", np.zeros((1, 8)), [4])
write("judge", 8, [score, helper.make_node("GlobalMaxPool", ["scores"], ["peak"]), helper.make_node("Flatten", ["peak"], ["score"])],
      score_constants, lambda shape: [("score", [1, 1])])
