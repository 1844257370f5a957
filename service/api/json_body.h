// Request bodies of the web app's API: small flat JSON objects.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "service/http/message.h"

namespace removr::api {

inline constexpr std::size_t kJsonBodyMaxBytes = 16 * 1024;

// The members of one object. Each accessor: kBadRequest, with a public text, where the member has another type.
class JsonFields {
 public:
  using Value = std::variant<std::monostate, std::string, std::int64_t>;  // monostate: of some other type
  explicit JsonFields(std::map<std::string, Value, std::less<>> members) : members_(std::move(members)) {}

  Result<std::string> Text(std::string_view name) const;
  Result<std::int64_t> Number(std::string_view name) const;  // a whole one

 private:
  std::map<std::string, Value, std::less<>> members_;
};

// An object with exactly the members `names`. kBadRequest, with a public text, where it is anything else.
Result<JsonFields> ParseJsonFields(std::string_view text, std::initializer_list<std::string_view> names);

// The same of a request's body. kUnsupportedMediaType where it is not declared as application/json, kFileTooLarge
// beyond kJsonBodyMaxBytes, and BodyReader's errors.
Result<JsonFields> ReadJsonBody(const http::Request& request, http::BodyReader& body,
                                std::initializer_list<std::string_view> names);

}  // namespace removr::api
