"""The local checkpoint: weights, their running average, optimiser state and the sample count. Never committed."""
import copy
import os

import torch


class Average:
    """An exponential moving average of the weights, which is what is evaluated and exported."""

    def __init__(self, net, decay=.999):
        self.net = copy.deepcopy(net).eval()
        self.decay, self.updates = decay, 0

    @torch.no_grad()
    def update(self, net):
        self.updates += 1
        d = min(self.decay, (1 + self.updates) / (10 + self.updates))
        for mean, now in zip(self.net.parameters(), net.parameters()):
            mean.lerp_(now, 1 - d)


def save(path, net, average, optimiser, samples):
    state = dict(net=net.state_dict(), average=average.net.state_dict(), updates=average.updates, optimiser=optimiser.state_dict(), samples=samples)
    torch.save(state, path + ".tmp")
    os.replace(path + ".tmp", path)


def load(path, net, average=None, optimiser=None):
    """Restores what is asked for; returns the sample count."""
    state = torch.load(path, map_location="cpu")
    net.load_state_dict(state["net"])
    if average is not None:
        average.net.load_state_dict(state["average"])
        average.updates = state["updates"]
    if optimiser is not None:
        optimiser.load_state_dict(state["optimiser"])
    return state["samples"]


def load_average(path, net):
    """The running average alone, into `net`; returns the sample count."""
    state = torch.load(path, map_location="cpu")
    net.load_state_dict(state["average"])
    return state["samples"]
