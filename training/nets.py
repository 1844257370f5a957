"""The three networks. Plain convolutions, no normalisation: He initialisation, residual branches scaled down.

Locate takes RGB in [0,1], Restore a fourth plane beside it: where an overlay is thought to be; Judge what engine/erase/views.h says. `forward` gives logits for training, `Exported` wraps a network with its final nonlinearities
and the names that the engine knows.
"""
import torch
from torch import nn
import torch.nn.functional as F


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.a = nn.Conv2d(channels, channels, 3, padding=1)
        self.b = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x):
        return x + self.b(F.relu(self.a(F.relu(x))))


def _initialise(net):
    for m in net.modules():
        if isinstance(m, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
            nn.init.kaiming_normal_(m.weight, nonlinearity="relu")
            nn.init.zeros_(m.bias)
    for m in net.modules():
        if isinstance(m, Residual):
            m.b.weight.data *= .2


def _twice(x):
    return F.interpolate(x, scale_factor=2.0, mode="nearest")


def _pooled(x):
    """Mean and maximum of each plane. As pooling, not as reductions, which OpenCV 4.6 answers with NaN."""
    return [F.adaptive_avg_pool2d(x, 1).flatten(1), F.adaptive_max_pool2d(x, 1).flatten(1)]


class _Softsign(torch.autograd.Function):
    """x / (1 + |x|), for planes that are not learnt. As one node of ONNX, which torch's exporter would write as three."""

    @staticmethod
    def forward(ctx, x):
        return F.softsign(x)

    @staticmethod
    def symbolic(graph, x):
        return graph.op("Softsign", x)


class Close(nn.Module):
    """What a close look shows and raw values hide from a young network: 12 planes from RGB, not learnt.

    The image in [-1,1]; how each channel differs from its mean over 3 x 3 and over 9 x 9, compressed so that one level of 255 counts
    and a hard edge does not drown it (an overlay is flatter, and its faint edges are sharper, than what it lies on); and the
    mean square of the finest, which tells a flat area from a textured one.
    """
    planes = 12

    def __init__(self):
        super().__init__()
        centre = torch.zeros(3, 3)
        centre[1, 1] = 1
        self.register_buffer("mean3", torch.full((3, 1, 3, 3), 1 / 9), persistent=False)
        self.register_buffer("fine", (30 * (centre - 1 / 9)).expand(3, 1, 3, 3).clone(), persistent=False)
        self.register_buffer("mean9", torch.full((3, 1, 9, 1), 1 / 9), persistent=False)

    @torch.no_grad()
    def forward(self, image):
        x = image * 2 - 1
        mean = F.conv2d(F.conv2d(x, self.mean9, padding=(4, 0), groups=3), self.mean9.transpose(2, 3), padding=(0, 4), groups=3)
        fine, wide = _Softsign.apply(F.conv2d(x, self.fine, padding=1, groups=3)), _Softsign.apply((x - mean) * 6)
        flat = F.conv2d(fine * fine, self.mean3, padding=1, groups=3)
        return torch.cat([x, fine, wide, flat], 1)


class Locate(nn.Module):
    """Regions at 1/4 of the resolution, seen through a pyramid down to 1/64 (a cell there spans a whole band).

    While it trains it also says how opaque the overlay is and in which colour, at 1/4 of the resolution (`matte`: sigmoid, opacity and
    premultiplied RGB): a denser lesson than the region alone, and not exported. Height and width are multiples of 64.
    """
    kinds = 4

    def __init__(self, widths=(32, 64, 96, 128, 128, 128)):
        super().__init__()
        c = widths
        self.close = Close()
        self.stem = nn.Conv2d(Close.planes, c[0], 3, stride=2, padding=1)   # 1/2
        self.down = nn.ModuleList(nn.Conv2d(c[i], c[i + 1], 3, stride=2, padding=1) for i in range(5))
        self.encode = nn.ModuleList([
            Residual(c[1]),                                                    # 1/4
            nn.Sequential(Residual(c[2]), Residual(c[2])),                     # 1/8
            nn.Sequential(Residual(c[3]), Residual(c[3])),                     # 1/16
            nn.Sequential(Residual(c[4]), Residual(c[4])),                     # 1/32
            Residual(c[5]),                                                    # 1/64
        ])
        self.up = nn.ModuleList(nn.Conv2d(c[i + 1], c[i], 1) for i in range(1, 5))
        self.decode = nn.ModuleList([nn.Conv2d(c[1], c[1], 3, padding=1), Residual(c[2]), Residual(c[3]), Residual(c[4])])
        self.head = nn.Conv2d(c[1], 1 + self.kinds, 3, padding=1)
        self.matte = nn.Conv2d(c[1], 4, 3, padding=1)
        self.score = nn.Linear(2 * c[3] + 2 * c[5], 1)
        _initialise(self)
        for head in (self.head, self.matte):
            nn.init.normal_(head.weight, 0, .01)
        self.matte.bias.data[:] = -2.
        self.head.bias.data[0] = -2.
        nn.init.normal_(self.score.weight, 0, .01)

    def forward(self, image):
        x = self.stem(self.close(image))
        levels = []
        for down, encode in zip(self.down, self.encode):
            x = encode(down(F.relu(x)))
            levels.append(x)
        pooled = _pooled(x)
        for i in (3, 2, 1, 0):
            x = levels[i] + _twice(self.up[i](F.relu(x)))
            x = self.decode[i](F.relu(x)) if i == 0 else self.decode[i](x)
            if i == 2:
                pooled += _pooled(x)
        x = F.relu(x)
        out = self.head(x)
        answer = out[:, :1], out[:, 1:], self.score(torch.cat(pooled, 1))
        return answer + (torch.sigmoid(self.matte(x)),) if self.training else answer


class Restore(nn.Module):
    """Mask, opacity and overlay colour at full resolution. Height and width are multiples of 32.

    The fourth plane of its input is 1 in the region that locate (or a hand) has marked, 0 elsewhere. It is a hint: an overlay's extent
    says what is inside of a large letter, but a region may be cut, too large, or hold no overlay at all.
    Most work is done at 1/4 to 1/32; a thin last stage at 1/2 sees the pixels again, since strokes are a pixel or two wide.
    Colour is predicted straight and multiplied by the opacity: a colour is nearly constant over an overlay, a premultiplied one is not.
    """

    def __init__(self, widths=(64, 64, 96, 128, 128)):
        super().__init__()
        c = widths
        self.close = Close()
        self.stem = nn.Conv2d(Close.planes + 1, c[0], 4, stride=2, padding=1)  # 1/2
        self.down = nn.ModuleList(nn.Conv2d(c[i], c[i + 1], 4 if i == 0 else 3, stride=2, padding=1) for i in range(4))
        self.encode = nn.ModuleList([
            nn.Sequential(Residual(c[1]), Residual(c[1])),                     # 1/4
            nn.Sequential(Residual(c[2]), Residual(c[2])),                     # 1/8
            nn.Sequential(Residual(c[3]), Residual(c[3])),                     # 1/16
            nn.Sequential(Residual(c[4]), Residual(c[4])),                     # 1/32
        ])
        self.up = nn.ModuleList(nn.Conv2d(c[i + 1], c[i], 1) for i in range(4))
        self.decode = nn.ModuleList([Residual(c[0]), Residual(c[1]), Residual(c[2]), Residual(c[3])])
        self.head = nn.Conv2d(c[0], 5 * 4, 3, padding=1)
        self.enlarge = nn.PixelShuffle(2)  # the exporter writes it as a transposed convolution
        _initialise(self)
        nn.init.normal_(self.head.weight, 0, .02)
        self.head.bias.data[:8] = -2.

    def forward(self, image):
        levels = [self.stem(torch.cat([self.close(image[:, :3]), image[:, 3:]], 1))]
        for down, encode in zip(self.down, self.encode):
            levels.append(encode(down(F.relu(levels[-1]))))
        x = levels[4]
        for i in (3, 2, 1, 0):
            x = self.decode[i](levels[i] + _twice(self.up[i](F.relu(x))))
        out = self.enlarge(self.head(F.relu(x)))
        alpha = torch.sigmoid(out[:, 1:2])
        # OpenCV 4.6 cannot multiply one channel with three.
        return out[:, :1], alpha, torch.cat([alpha, alpha, alpha], 1) * torch.sigmoid(out[:, 2:])


class Judge(nn.Module):
    """The log odds that a finding is an overlay, from seeing it, what would be changed, and what would be there instead.

    A way down as restore's, over the image before and after; what is seen on the strokes is pooled by itself. Planes: engine/erase/views.h.
    """

    def __init__(self, widths=(32, 64, 96, 128, 128)):
        super().__init__()
        c = widths
        self.close = Close()
        self.stem = nn.Conv2d(2 * Close.planes + 2, c[0], 4, stride=2, padding=1)  # 1/2
        self.down = nn.ModuleList(nn.Conv2d(c[i], c[i + 1], 4 if i == 0 else 3, stride=2, padding=1) for i in range(4))
        self.encode = nn.ModuleList(nn.Sequential(Residual(n), Residual(n)) for n in c[1:])  # 1/4 to 1/32
        self.hidden = nn.Linear(2 * c[3] + 2 * c[4] + c[2] + c[3] + c[4], 64)
        self.score = nn.Linear(64, 1)
        _initialise(self)
        nn.init.normal_(self.score.weight, 0, .05)

    def forward(self, view):
        changed = view[:, 6:7]
        x = self.stem(torch.cat([self.close(view[:, :3]), view[:, 6:], self.close(view[:, 3:6])], 1))
        levels = []
        for down, encode in zip(self.down, self.encode):
            x = encode(down(F.relu(x)))
            levels.append(F.relu(x))
        pooled = _pooled(levels[2]) + _pooled(levels[3])
        for level in levels[1:]:
            share = F.avg_pool2d(changed, changed.shape[2] // level.shape[2])
            pooled.append(_mean_where(level, share))
        return self.score(F.relu(self.hidden(torch.cat(pooled, 1))))


def _mean_where(planes, share):
    """The mean of each plane, weighted by `share`. OpenCV 4.6 cannot multiply one channel with many."""
    weights = torch.cat([share] * planes.shape[1], 1)
    weighted = F.adaptive_avg_pool2d(planes * weights, 1) / (F.adaptive_avg_pool2d(weights, 1) + 1e-5)
    return weighted.flatten(1)


def invert(image, alpha, alpha_color, lowest=.15):
    """What lies below a translucent overlay: (I - aW) / (1 - a)."""
    return ((image[:, :3] - alpha_color) / (1 - alpha).clamp(min=lowest)).clamp(0, 1)


class Exported(nn.Module):
    """A network with the outputs that the engine reads."""

    def __init__(self, net):
        super().__init__()
        self.net = net
        self.names = {Locate: ["region", "kind", "score"], Restore: ["mask", "alpha", "alpha_color"], Judge: ["score"]}[type(net)]

    def forward(self, image):
        if isinstance(self.net, Judge):
            return (self.net(image),)
        first, second, third = self.net(image)[:3]
        if isinstance(self.net, Locate):
            return torch.sigmoid(first), torch.softmax(second, 1), torch.sigmoid(third)
        return torch.sigmoid(first), second, third


def make(name):
    return {"locate": Locate, "restore": Restore, "judge": Judge}[name]()


def planes(net):
    """Of the input."""
    return {Locate: 3, Restore: 4, Judge: 8}[type(net)]


def cost(net, side_px):
    """Multiply-accumulates of one square image, in units of a billion."""
    total = [0]

    def hook(m, _, out):
        if isinstance(m, nn.Linear):
            total[0] += m.weight.numel()
        else:
            area = out.shape[2] * out.shape[3] / (m.stride[0] * m.stride[1] if isinstance(m, nn.ConvTranspose2d) else 1)
            total[0] += m.weight.numel() * area
    hooks = [m.register_forward_hook(hook) for m in net.modules() if isinstance(m, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear))]
    with torch.no_grad():
        net(torch.zeros(1, planes(net), side_px, side_px))
    for h in hooks:
        h.remove()
    return total[0] / 1e9
