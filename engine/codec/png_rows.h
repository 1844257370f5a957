// A PNG's filtered rows with some of them made anew.
#pragma once

#include <opencv2/core.hpp>

#include "engine/codec/formats.h"

namespace removr::codec {

// Whether SpliceRows understands rows of this layout: whole bytes per sample, one pass, and no palette.
struct PngLayout;
bool CanSpliceRows(const PngLayout& layout);

// `stream` is the zlib stream (all IDATs) of an image that is equal to `pixels` where `mask` is 0. Gives the stream of
// `pixels`, in which rows that the mask does not touch keep their compressed bits, as far as SpliceDeflate can. Filters
// stay as they are. kCorruptImage where the stream is not of this size.
Result<Bytes> SpliceRows(ByteView stream, const cv::Mat& pixels, const image::Mask& mask);

}  // namespace removr::codec
