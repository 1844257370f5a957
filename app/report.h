// Results as JSON: one object per image and line, for --report, --json and the service's `findings`.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "app/batch.h"
#include "app/engine_loading.h"
#include "engine/image/finding.h"
#include "engine/receipt/compare.h"

namespace removr::app {

// [{"kind":"text","box":[x,y,width,height],"confidence":0.97}], px in the upright image.
std::string FindingsJson(const image::Findings& findings);

// {"engine":"removr
// 0.1.0","model":"0123456789abcdef","outsideMaskMaxDifference":0,"outsideMaskMeasure":"coefficients"}, the last two
// only where the engine has made a receipt.
std::string ReceiptJson(const engine::Report& report, const EngineVersion& version);

// What verify --json prints.
std::string ComparisonJson(std::span<const std::uint8_t> before, std::span<const std::uint8_t> after,
                           const receipt::Comparison& comparison);

// One object, without a line end. `status` is "done", "skipped" or "failed"; a failed image has `error` (a stable code)
// and `detail`, one that is done has what the engine reports; hashes are SHA-256 in hexadecimal, times milliseconds.
// With a receipt, also "maskRle":{"size":[height,width],"counts":[...]} (engine/receipt/rle.h).
std::string ReportJson(const ImageResult& result, const EngineVersion& version);

}  // namespace removr::app
