#include "service/job/states.h"

#include <algorithm>
#include <array>
#include <utility>

namespace removr::job {
namespace {

template <typename T, std::size_t n>
std::optional<T> Parse(const std::array<T, n>& all, std::string_view name) {
  const auto found = std::find_if(all.begin(), all.end(), [&](T value) { return Name(value) == name; });
  return found == all.end() ? std::nullopt : std::optional<T>(*found);
}

Step Fails(ImageProgress image, ErrorCode error) {
  image.state = ImageState::kFailed;
  return {image, true, error, {}};
}

Step Waits(ImageProgress image, std::chrono::milliseconds delay = {}) {
  image.state = ImageState::kWaiting;
  return {image, false, {}, delay};
}

// A full disk or a database out of reach is not mended by hurry: 0, 1, 2, 4 ... seconds, a minute at most.
std::chrono::milliseconds DelayAfterLosses(int losses) {
  if (losses <= 1) return {};
  return std::min<std::chrono::milliseconds>(std::chrono::seconds(1 << (losses - 2)), std::chrono::minutes(1));
}

Result<Step> Tried(ImageProgress image, std::optional<ErrorCode> error) {
  if (error != ErrorCode::kEngineFailure && error != ErrorCode::kTimeout) {
    return Fail(ErrorCode::kInternal, "a try ends with an engine failure or a timeout");
  }
  ++image.tries;
  return image.tries >= kTriesMax ? Fails(image, *error) : Waits(image);
}

Step Lost(ImageProgress image) {
  ++image.losses;
  return image.losses >= kLossesMax ? Fails(image, ErrorCode::kEngineFailure)
                                    : Waits(image, DelayAfterLosses(image.losses));
}

Result<Step> Rejected(const ImageProgress& image, std::optional<ErrorCode> error) {
  if (!error || !IsImageFault(*error)) return Fail(ErrorCode::kInternal, "an image is rejected with a code of its own");
  return Fails(image, *error);
}

Result<Step> Completed(ImageProgress image, std::optional<Verdict> verdict) {
  if (!verdict) return Fail(ErrorCode::kInternal, "an image completes with a verdict");
  image.state = ImageState::kDone;
  return Step{image, IsRefunded(*verdict), {}, {}};
}

Step Claimed(ImageProgress image) {
  image.state = ImageState::kWorking;
  return {image, false, {}, {}};
}

}  // namespace

std::string_view Name(JobState state) { return state == JobState::kDone ? "done" : "processing"; }

std::string_view Name(ImageState state) {
  switch (state) {
    case ImageState::kWaiting: return "waiting";
    case ImageState::kWorking: return "working";
    case ImageState::kDone: return "done";
    case ImageState::kFailed: return "failed";
  }
  return "";
}

std::optional<ImageState> ParseImageState(std::string_view name) {
  using enum ImageState;
  return Parse(std::array{kWaiting, kWorking, kDone, kFailed}, name);
}

std::string_view Name(Task task) { return task == Task::kDetect ? "detect" : "remove"; }
Task ParseTask(std::string_view name) { return name == Name(Task::kDetect) ? Task::kDetect : Task::kRemove; }

std::string_view Name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kClean: return "clean";
    case Verdict::kResidual: return "residual";
    case Verdict::kNoOverlayFound: return "no_overlay_found";
  }
  return "";
}

std::optional<Verdict> ParseVerdict(std::string_view name) {
  using enum Verdict;
  return Parse(std::array{kClean, kResidual, kNoOverlayFound}, name);
}

Result<Step> Next(const ImageProgress& image, Event event, std::optional<Verdict> verdict,
                  std::optional<ErrorCode> error) {
  const bool is_waiting = image.state == ImageState::kWaiting;
  const bool is_working = image.state == ImageState::kWorking;
  if (event == Event::kClaim && is_waiting) return Claimed(image);
  if (event == Event::kExpire && (is_waiting || is_working)) return Fails(image, ErrorCode::kTimeout);
  if (event == Event::kCancel && (is_waiting || is_working)) return Fails(image, ErrorCode::kCancelled);
  if (is_working) {
    switch (event) {
      case Event::kComplete: return Completed(image, verdict);
      case Event::kReject: return Rejected(image, error);
      case Event::kTry: return Tried(image, error);
      case Event::kLose: return Lost(image);
      case Event::kHandBack: return Waits(image);
      case Event::kClaim:
      case Event::kExpire:
      case Event::kCancel: break;
    }
  }
  return Fail(ErrorCode::kConflict, "the image is " + std::string(Name(image.state)));
}

bool IsImageFault(ErrorCode code) {
  using enum ErrorCode;
  constexpr std::array kFaults = {kUnsupportedFormat, kCorruptImage, kTooManyPixels, kAnimated, kMaskMismatch};
  return std::find(kFaults.begin(), kFaults.end(), code) != kFaults.end();
}

bool IsRefunded(Verdict verdict) { return verdict != Verdict::kClean; }

JobState StateOf(int total, int completed) { return completed >= total ? JobState::kDone : JobState::kProcessing; }

std::chrono::milliseconds TimeLimit(std::int64_t pixels) {
  return std::chrono::seconds(30) + std::chrono::milliseconds(3 * pixels / 1000);
}

}  // namespace removr::job
