// Names that are made from names as users send them. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/probe.h"

namespace removr::job {

// The file name as it is kept and shown: what follows the last '/' or '\', valid UTF-8 (bad bytes become U+FFFD),
// without control characters, at most 255 bytes.
std::string CleanFilename(std::string_view filename);

// The id of an image (api.md, section 3): the stem made safe + '-' + index. Each run of characters outside A-Z a-z 0-9
// . _ - becomes one '_', those at the ends go; 64 characters at most; empty becomes "image".
std::string ImageId(std::string_view filename, int index);

// The name of its cleaned file: id + "-clean." + extension.
std::string ResultFilename(std::string_view image_id, Format format);

// The names under which its mask and its original are offered: id + "-mask.png", id + "-original." + extension.
std::string MaskFilename(std::string_view image_id);
std::string OriginalFilename(std::string_view image_id, Format format);

// Where the files lie in blob storage: one folder per job, so that a job's files go as one. A result's name carries the
// fencing token of the lease under which it was made, so a worker that lost its lease never touches another's result.
std::string OriginalBlob(std::string_view job_id, int index);
std::string ResultBlob(std::string_view job_id, int index, std::int64_t lease_token);
std::string ResultMaskBlob(std::string_view job_id, int index, std::int64_t lease_token);
// The mask that came as the request's `index`-th.
std::string HandMaskBlob(std::string_view job_id, int index);
// The owner's template, of which a job has one at most.
std::string TemplateBlob(std::string_view job_id);

}  // namespace removr::job
