"""What each network is asked to minimise. No loss needs pretrained weights."""
import torch
import torch.nn.functional as F

from nets import invert


def _dice(probability, target):
    """One minus the Dice coefficient, per image; an empty target asks for an empty answer."""
    both = (probability * target).sum((1, 2, 3))
    return 1 - (2 * both + 8) / ((probability + target).sum((1, 2, 3)) + 8)


def _gradient(x):
    return x[:, :, :, 1:] - x[:, :, :, :-1], x[:, :, 1:, :] - x[:, :, :-1, :]


def restore_loss(outputs, batch):
    """Mask (BCE + Dice); opacity and premultiplied colour (L1); the inverted image and its gradient inside the mask (L1)."""
    logit, alpha, alpha_color = outputs
    opacity, image, clean = batch["opacity"], batch["image"], batch["clean"]
    mask = (opacity > .03).float()
    # Black on black can't be seen: there, either answer will do.
    contrast = (batch["premultiplied"] - opacity * clean).abs().amax(1, keepdim=True)
    known = torch.maximum(1 - mask, (F.max_pool2d(contrast, 17, 1, 8) > .02).float())
    bce = F.binary_cross_entropy_with_logits(logit, mask, weight=known, pos_weight=torch.full((1,), 2., device=logit.device))
    dice = _dice(torch.sigmoid(logit) * known, mask * known).mean()
    # Every image counts alike, however little of it is covered; a few hundred pixels of prior keep tiny marks from shouting.
    area = mask.sum((1, 2, 3), keepdim=True) + 300.
    weight = mask / area
    outside = (1 - mask) / (mask.shape[2] * mask.shape[3])
    matte_weight = weight + .3 * outside
    matte = ((alpha - opacity).abs() * matte_weight).sum((1, 2, 3)).mean()
    colour = ((alpha_color - batch["premultiplied"]).abs().mean(1, keepdim=True) * matte_weight).sum((1, 2, 3)).mean()
    invertible = weight * (opacity < .85).float()
    difference = invert(image, alpha, alpha_color) - clean
    inverted = (difference.abs().mean(1, keepdim=True) * invertible).sum((1, 2, 3)).mean()
    dx, dy = _gradient(difference)
    ghosts = ((dx.abs().mean(1, keepdim=True) * invertible[:, :, :, 1:]).sum((1, 2, 3)) +
              (dy.abs().mean(1, keepdim=True) * invertible[:, :, 1:, :]).sum((1, 2, 3))).mean()
    total = bce + .5 * dice + 2 * matte + 2 * colour + 4 * inverted + 2 * ghosts
    return total, dict(bce=bce, dice=dice, matte=matte, colour=colour, inverted=inverted, ghosts=ghosts)


def locate_loss(outputs, batch):
    """Region (BCE + Dice), its kind (cross entropy inside), whether there is any overlay at all; opacity and premultiplied colour (L1)."""
    logit, kinds, score, matte = outputs
    region, kind = batch["region"], batch["kind"]
    known = (region != .5).float()
    region = region * known
    bce = F.binary_cross_entropy_with_logits(logit, region, weight=known)
    dice = _dice(torch.sigmoid(logit) * known, region).mean()
    entropy = F.cross_entropy(kinds, kind, ignore_index=255, reduction="sum") / ((kind != 255).sum() + 1.)
    any_overlay = (region.sum((1, 2, 3)) > 8).float()[:, None]
    image_score = F.binary_cross_entropy_with_logits(score, any_overlay)
    covered = (batch["matte"][:, :1] > .01).float()
    weight = covered / (covered.sum((1, 2, 3), keepdim=True) + 50.) + .3 * (1 - covered) / covered[0].numel()
    matted = ((matte - batch["matte"]).abs() * weight).sum((1, 2, 3)).mean()
    total = bce + .5 * dice + .15 * entropy + .15 * image_score + matted
    return total, dict(bce=bce, dice=dice, kind=entropy, score=image_score, matte=matted)
