#include "base/result.h"

#include <array>

namespace removr {
namespace {

struct Row {
  ErrorCode code;
  std::string_view name;
  std::string_view text;
};

constexpr auto kRows = std::to_array<Row>({
    {ErrorCode::kBadRequest, "bad_request", "The request could not be understood."},
    {ErrorCode::kUnauthorized, "unauthorized", "A valid API key is needed."},
    {ErrorCode::kForbidden, "forbidden", "This is not allowed."},
    {ErrorCode::kInsufficientCredits, "insufficient_credits", "Not enough credits for these images."},
    {ErrorCode::kNotFound, "not_found", "There is nothing here."},
    {ErrorCode::kConflict, "conflict", "Another request is in the way. Try again in a moment."},
    {ErrorCode::kGone, "gone", "The file has expired."},
    {ErrorCode::kTooManyFiles, "too_many_files", "Too many files in one request."},
    {ErrorCode::kFileTooLarge, "file_too_large", "A file is too large."},
    {ErrorCode::kUnsupportedMediaType, "unsupported_media_type", "This content type is not accepted here."},
    {ErrorCode::kIdempotencyMismatch, "idempotency_mismatch",
     "This Idempotency-Key was used with other images or options."},
    {ErrorCode::kUnsupportedFormat, "unsupported_format", "The file is not a JPG, PNG or WEBP image."},
    {ErrorCode::kCorruptImage, "corrupt_image", "The image is damaged or incomplete."},
    {ErrorCode::kTooManyPixels, "too_many_pixels", "The image has too many pixels."},
    {ErrorCode::kAnimated, "animated", "Animated images are not supported."},
    {ErrorCode::kMaskMismatch, "mask_mismatch", "The mask can't be read or has another size than the image, or the region lies outside it."},
    {ErrorCode::kTimeout, "timeout", "The image took too long."},
    {ErrorCode::kEngineFailure, "engine_failure", "The image could not be processed."},
    {ErrorCode::kBusy, "busy", "The service is busy. Try again later."},
    {ErrorCode::kStorageFull, "busy", "The service has no room left. Try again later."},
    {ErrorCode::kIo, "internal", "Something went wrong on our side."},
    {ErrorCode::kCancelled, "internal", "The work was cancelled."},
    {ErrorCode::kInternal, "internal", "Something went wrong on our side."},
});

const Row& Find(ErrorCode code) {
  for (const Row& row : kRows) {
    if (row.code == code) return row;
  }
  return kRows.back();
}

}  // namespace

std::string_view Name(ErrorCode code) { return Find(code).name; }
std::optional<ErrorCode> ErrorCodeOf(std::string_view name) {
  for (const Row& row : kRows) {
    if (row.name == name) return row.code;
  }
  return std::nullopt;
}

std::string_view DefaultPublicText(ErrorCode code) { return Find(code).text; }

}  // namespace removr
