"""The local checkpoint: weights, their running average, optimiser state and the sample count. Never committed."""
import copy
import os
import time

import torch


class Average:
    """An exponential moving average of the weights, which is what is evaluated and exported. Of every fourth step: each reads all weights."""
    every_steps = 4

    def __init__(self, net, decay=.996):
        self.net = copy.deepcopy(net).eval()
        self.decay, self.updates = decay, 0

    @torch.no_grad()
    def update(self, net, step):
        if step % self.every_steps:
            return
        self.updates += 1
        d = min(self.decay, (1 + self.updates) / (10 + self.updates))
        for mean, now in zip(self.net.parameters(), net.parameters()):
            mean.lerp_(now, 1 - d)


class Gossip:
    """Two trainings of one network, each on its own core, share what they learn: now and then each writes its weights, and moves half
    of the way to what the other wrote last. Neither waits for the other. (Local SGD; Stich 2019, without the barrier.)
    """

    def __init__(self, own_path, other_path, every_steps=100):
        self.own, self.other, self.every, self.heard = own_path, other_path, every_steps, time.time()

    @torch.no_grad()
    def talk(self, net, step):
        if step % self.every:
            return
        torch.save(net.state_dict(), self.own + ".tmp")
        os.replace(self.own + ".tmp", self.own)
        if os.path.exists(self.other) and os.path.getmtime(self.other) > self.heard:
            self.heard = time.time()
            theirs = torch.load(self.other, map_location="cpu")
            for name, mine in net.state_dict().items():
                mine.lerp_(theirs[name].to(mine.device), .5)


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
