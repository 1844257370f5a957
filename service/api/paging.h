// `?cursor=&limit=` of lists. A cursor is what the page before gave as `nextCursor`; what stands in it is the list's
// own.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace removr::api {

struct Page {
  std::string cursor;  // "": from the beginning
  int limit = 50;      // 1 to 100
};

// kBadRequest, with a public text, for a limit outside its bounds, or a query that does not decode.
Result<Page> ReadPage(std::string_view query);

// The decoded value of a parameter of a query ("a=1&b=2"), the first of that name; nullopt where there is none.
// kBadRequest where it does not decode.
Result<std::optional<std::string>> QueryParameter(std::string_view query, std::string_view name);

}  // namespace removr::api
