// Results as JSON: one object per image and line, for --report, --json and the service's `findings`.
#pragma once

#include <string>

#include "app/batch.h"
#include "engine/image/finding.h"

namespace removr::app {

// [{"kind":"text","box":[x,y,width,height],"confidence":0.97}], px in the upright image.
std::string FindingsJson(const image::Findings& findings);

// One object, without a line end. `status` is "done", "skipped" or "failed"; a failed image has `error` (a stable code)
// and `detail`, one that is done has what the engine reports; hashes are SHA-256 in hexadecimal, times milliseconds.
std::string ReportJson(const ImageResult& result);

}  // namespace removr::app
