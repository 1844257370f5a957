"""Synthetic overlays on clean photographs, with exact ground truth."""
