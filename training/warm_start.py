"""Reads an exported network's weights back by name, so that training can continue where only the export was kept."""
import onnx
import torch
from onnx import numpy_helper

_PREFIX = "net."  # nets.Exported calls its network `net`


def load_onnx(path, net):
    """Fills every parameter of `net` but the head that is not exported; raises where one is missing or has another shape."""
    graph = onnx.load(path).graph
    found = {i.name[len(_PREFIX):]: torch.from_numpy(numpy_helper.to_array(i).copy()).float() for i in graph.initializer if i.name.startswith(_PREFIX)}
    wanted = net.state_dict()
    found.update((k, v) for k, v in wanted.items() if k.startswith("matte."))
    missing = sorted(set(wanted) - set(found))
    if missing:
        raise ValueError(f"{path} has no {missing[0]} (and {len(missing) - 1} more)")
    net.load_state_dict({k: found[k] for k in wanted})
