// The state machines of an image and of a job, as pure functions. The queue (queue.h) writes what is decided here.
//
//                claim                complete
//     waiting ----------> working -----------------> done
//        ^                   |  \  reject, 3rd try, lost too often, expire
//        |  hand back, try,  |   `-----------------> failed
//        `---- lose ---------'
//     waiting, working --- expire, cancel ---> failed
//
//     job: processing --- its last image is done or failed ---> done
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "service/job/processor.h"

namespace removr::job {

enum class JobState { kProcessing, kDone };
std::string_view Name(JobState state);  // "processing", "done", as in the API

enum class ImageState { kWaiting, kWorking, kDone, kFailed };
std::string_view Name(ImageState state);  // "waiting", "working", "done", "failed"
std::optional<ImageState> ParseImageState(std::string_view name);

std::string_view Name(Verdict verdict);  // "clean", "residual", "no_overlay_found", as in the API
std::optional<Verdict> ParseVerdict(std::string_view name);

// The engine may die or time out on an image this often; then the image fails.
inline constexpr int kTriesMax = 3;
// A worker may vanish (kill -9, power, a full disk) with an image this often before the image fails. Such a loss is not
// the image's fault as far as anyone can tell, but what is retried needs a bound, and memory can run out on one image
// again and again.
inline constexpr int kLossesMax = 10;

enum class Event {
  kClaim,     // a worker takes it
  kComplete,  // the engine has delivered, with a verdict
  kReject,    // the image's own fault, and final: not an image, broken, too large ...
  kTry,       // the engine died (kEngineFailure) or timed out (kTimeout) on this very image
  kLose,      // the worker or its surroundings failed; nobody knows whether this image had to do with it
  kHandBack,  // the worker stops in good order
  kExpire,    // the job's time is over
  kCancel,    // the job is deleted
};

struct ImageProgress {
  ImageState state = ImageState::kWaiting;
  int tries = 0;
  int losses = 0;
  bool operator==(const ImageProgress&) const = default;
};

// What happens to the image.
struct Step {
  ImageProgress next;
  bool refund = false;                 // its credit goes back, once
  std::optional<ErrorCode> error;      // set where next.state is kFailed
  std::chrono::milliseconds delay{0};  // where next.state is kWaiting: not to be claimed before
  bool operator==(const Step&) const = default;
};

// `verdict` belongs to kComplete; `error` to kReject (one of the image's codes) and kTry (kEngineFailure or kTimeout).
// kConflict where the image is in no state for the event: it was finished or taken over meanwhile.
Result<Step> Next(const ImageProgress& image, Event event, std::optional<Verdict> verdict = {},
                  std::optional<ErrorCode> error = {});

// Whether a code is an image's own and final, so that kReject is the event for it.
bool IsImageFault(ErrorCode code);

// api.md, section 6: people pay for clean results.
bool IsRefunded(Verdict verdict);

JobState StateOf(int total, int completed);

// The wall time that one image may take: 30 s + 3 s per megapixel (architecture.md).
std::chrono::milliseconds TimeLimit(std::int64_t pixels);

}  // namespace removr::job
