"""From samples to batches, drawn by the trainer itself or by worker processes."""
import cv2
import numpy as np
import torch

from synth import samples
from synth.fonts import FontBank
from synth.icons import IconBank
from synth.photos import PhotoBank

# Small batches teach more per sample; large crops teach what the interior of a large letter looks like, and the largest what most of a tile
# is like: far from any border, where convolutions see padding. Side in px, count; and width, height, count.
RESTORE_SHAPES = ((128, 3), (128, 3), (160, 2), (160, 2), (192, 2), (256, 2))
LOCATE_SHAPES = ((256, 256, 3), (320, 256, 2), (384, 256, 2), (448, 320, 2), (512, 384, 2), (768, 512, 1))


def load_banks(cache_dir, split):
    return samples.Banks(PhotoBank(cache_dir, split), FontBank(split), IconBank(cache_dir, split))


def _planes(x):
    return np.ascontiguousarray((x if x.ndim == 3 else x[..., None]).transpose(2, 0, 1), np.float32)


def with_region(image, region):
    """What restore takes: RGB and, as a fourth plane, the region (H x W, 0 or 255)."""
    return _planes(np.dstack([image, region > 0]))


def restore_batch(rng, banks, scale=1, ease=0., shapes=RESTORE_SHAPES):
    side, count = shapes[rng.integers(len(shapes))]
    drawn = [samples.restore_sample(rng, banks, side, ease=ease) for _ in range(count * scale)]
    batch = {k: torch.from_numpy(np.stack([_planes(getattr(s, k)) for s in drawn])) for k in ("clean", "opacity", "premultiplied")}
    batch["image"] = torch.from_numpy(np.stack([with_region(s.image, samples.region_hint(rng, s.region, s.decoy)) for s in drawn]))
    return batch


def quarter_targets(sample):
    """Region, kind and matte (4 planes) at 1/4 of the resolution: a cell belongs to a region when its centre does (1; .5 where nobody can
    see the overlay, so that either answer will do), its matte is its mean."""
    cells = sample.region[2::4, 2::4]
    region = cells == 255
    h, w = region.shape
    matte = np.dstack([sample.opacity, sample.premultiplied])
    return (np.where(cells == samples.HIDDEN, np.float32(.5), region.astype(np.float32))[None], np.where(region, sample.kind[2::4, 2::4], 255).astype(np.int64),
            _planes(cv2.resize(matte, (w, h), interpolation=cv2.INTER_AREA)))


def locate_batch(rng, banks, scale=1, ease=0.):
    w, h, count = LOCATE_SHAPES[rng.integers(len(LOCATE_SHAPES))]
    drawn = [samples.locate_sample(rng, banks, w, h, ease) for _ in range(count * scale)]
    targets = [quarter_targets(s) for s in drawn]
    planes = zip(("region", "kind", "matte"), zip(*targets))
    return dict(image=torch.from_numpy(np.stack([_planes(s.image) for s in drawn])), **{k: torch.from_numpy(np.stack(p)) for k, p in planes})


class Batches(torch.utils.data.IterableDataset):
    """An endless stream; each worker has its own seed and its own mappings of the banks."""

    def __init__(self, name, cache_dir, seed, scale, seen, easy_samples):
        self.name, self.cache_dir, self.seed, self.scale = name, cache_dir, seed, scale
        self.seen, self.easy_samples = seen, easy_samples

    def __iter__(self):
        info = torch.utils.data.get_worker_info()
        rng = np.random.default_rng([self.seed, info.id if info else 0])
        banks = load_banks(self.cache_dir, "train")
        draw = restore_batch if self.name == "restore" else locate_batch
        seen, workers = self.seen, info.num_workers if info else 1
        while True:
            batch = draw(rng, banks, self.scale, max(0., 1 - seen / self.easy_samples))
            seen += len(batch["image"]) * workers
            yield batch


def stream(name, cache_dir, seed, workers, scale=1, seen=0, easy_samples=40000):
    """Batches for ever. The first `easy_samples` of a training go from plain overlays to the whole distribution."""
    data = Batches(name, cache_dir, seed, scale, seen, easy_samples)
    options = dict(prefetch_factor=4, persistent_workers=True) if workers else {}
    return torch.utils.data.DataLoader(data, batch_size=None, num_workers=workers, **options)
