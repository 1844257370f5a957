// Whether a file is an owner's template, before anything is charged for a job with it (job::SubmitSettings). The file
// comes from outside, so it is decoded behind the same wall as any image: in a confined process, which loads no network
// and ends with the answer.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/result.h"
#include "service/job/processor.h"

namespace removr::app {

// kBadRequest, with a public text that says what is wrong; kBusy where no process could be made. Thread-safe: one at a
// time, so that many templates at once take no more memory than one.
Status CheckTemplate(std::span<const std::uint8_t> bytes);

// What that process does: it reads the assignment's template alone. kCorruptImage, its message a public text.
std::unique_ptr<job::Processor> MakeTemplateProcessor();

}  // namespace removr::app
