// Errors as values. Every fallible function of the product returns Result<T>; exceptions of libraries are caught where the
// library is wrapped, and none crosses a folder.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace removr {

// What went wrong, in terms that are stable and know no protocol. service/api/error_map.cc alone turns these into HTTP.
enum class ErrorCode {
  // The request.
  kBadRequest,
  kUnauthorized,
  kForbidden,
  kInsufficientCredits,
  kNotFound,
  kConflict,
  kGone,
  kTooManyFiles,
  kFileTooLarge,
  kUnsupportedMediaType,
  kIdempotencyMismatch,
  // The image.
  kUnsupportedFormat,
  kCorruptImage,
  kTooManyPixels,
  kAnimated,
  kMaskMismatch,
  kTimeout,
  kEngineFailure,
  // The surroundings.
  kBusy,         // a bounded queue or pool is full: try again later
  kStorageFull,  // no space is left on the device
  kIo,           // a file, socket or database failed
  kCancelled,    // the caller went away, or shutdown was asked for
  // Our own bug: a fuzzer or a test that sees it has failed.
  kInternal,
};

// The code's stable name, as in the API ("corrupt_image").
std::string_view Name(ErrorCode code);

// The code of that name, the first of those that share it; nullopt for any other text.
std::optional<ErrorCode> ErrorCodeOf(std::string_view name);

// The sentence that a user may read where an error carries none of its own.
std::string_view DefaultPublicText(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;      // for logs: may name paths, library errors, row ids
  std::string public_text;  // for users: empty means DefaultPublicText(code)

  std::string_view Public() const { return public_text.empty() ? DefaultPublicText(code) : public_text; }
};

template <typename T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
};

using Status = Result<void>;

// An error to return from a function of any Result type. `message` is for logs, `public_text` for users.
inline tl::unexpected<Error> Fail(ErrorCode code, std::string message, std::string public_text = {}) {
  return tl::unexpected<Error>(Error{code, std::move(message), std::move(public_text)});
}

}  // namespace removr

#define REMOVR_CONCAT_INNER(a, b) a##b
#define REMOVR_CONCAT(a, b) REMOVR_CONCAT_INNER(a, b)

// TRY(expression): hands an error to the caller, else goes on.
#define TRY(expression)                                                        \
  do {                                                                         \
    if (auto try_result = (expression); !try_result) {                         \
      return ::tl::unexpected<::removr::Error>(std::move(try_result).error()); \
    }                                                                          \
  } while (false)

// ASSIGN_OR_RETURN(auto x, expression): hands an error to the caller, else moves the value into x.
#define ASSIGN_OR_RETURN(declaration, expression) \
  ASSIGN_OR_RETURN_INNER(REMOVR_CONCAT(result_, __LINE__), declaration, expression)
#define ASSIGN_OR_RETURN_INNER(result, declaration, expression)                             \
  auto result = (expression);                                                               \
  if (!result) return ::tl::unexpected<::removr::Error>(std::move(result).error());         \
  declaration = std::move(result).value()
