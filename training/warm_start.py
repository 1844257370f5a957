"""Reads a network's weights back by name, so that training can continue where only the export was kept, or in a larger network.

A network may have grown since: wider, or with a second residual block where there was one. It then begins by saying what the smaller one
said (Chen et al. 2016, Net2Net): what is new is drawn as ever, but nothing old listens to it yet.
"""
import onnx
import torch
from onnx import numpy_helper

PREFIX = "net."  # nets.Exported calls its network `net`


def exported(path):
    """The weights of an exported network."""
    return {i.name[len(PREFIX):]: torch.from_numpy(numpy_helper.to_array(i).copy()).float()
            for i in onnx.load(path).graph.initializer if i.name.startswith(PREFIX)}


def _keep(old, new, segments):
    """Makes the first rows of `new` those of `old`, which do not heed what `old` did not know. `segments`: (old, new) count of each part of the input."""
    if old.dim() == 1:
        new[:old.shape[0]] = old
        return
    new[:old.shape[0]] = 0
    at_old = at_new = 0
    for count_old, count_new in segments or [(old.shape[1], new.shape[1])]:
        new[:old.shape[0], at_new:at_new + count_old] = old[:, at_old:at_old + count_old]
        at_old, at_new = at_old + count_old, at_new + count_new


def load(weights, net):
    """Fills `net` from the weights of a network of its kind that is as large or smaller. Raises where what is not new is missing; the head
    that is not exported may be."""
    wanted = net.state_dict()
    segments = {}
    if "down.4.bias" in wanted:  # locate: mean and maximum of two levels
        pooled = ("down.4.bias", "down.4.bias", "down.2.bias", "down.2.bias")
        segments["score.weight"] = [(len(weights[k]), len(wanted[k])) for k in pooled]
    for name, new in wanted.items():
        old = weights.get(name)
        parts = name.split(".")
        if old is None and parts[0] == "encode" and len(parts) == 5:
            if parts[2] == "0":  # one block has become two
                old = weights.get(".".join(parts[:2] + parts[3:]))
            elif parts[3] == "b":
                new.zero_()
                continue
            else:
                continue
        if old is None:
            if parts[0] == "matte":
                continue
            raise ValueError(f"there is no {name}")
        _keep(old, new, segments.get(name))
    net.load_state_dict(wanted)
