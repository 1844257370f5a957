// What a client asks of a stored file besides the file: a part of it, or nothing where it has it already (RFC 9110,
// sections 13 and 14). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "service/http/message.h"

namespace removr::http {

// Bytes [first, first + size) of a file; size is at least 1.
struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t size = 0;
};

struct WholeFile {};
struct Unsatisfiable {};
using RangeAnswer = std::variant<WholeFile, ByteRange, Unsatisfiable>;

// What a Range field asks of a file of `file_bytes`: one range of bytes, cut at the file's end. Unsatisfiable where it
// begins behind the end. Other units, malformed ranges and several ranges at once are ignored, as the RFC allows:
// WholeFile.
RangeAnswer ParseRange(std::string_view field, std::uint64_t file_bytes);

// Whether If-None-Match names `etag` (with its quotes), by weak comparison; "*" names any.
bool NamesEtag(std::string_view if_none_match, std::string_view etag);

// The part of a file that a request wants: its Range where an If-Range is absent or equals `etag`. A date in If-Range
// never does, since files have no dates here.
RangeAnswer RequestedRange(const Headers& headers, std::string_view etag, std::uint64_t file_bytes);

// Whether the client has this very file: the answer is 304 then.
bool IsNotModified(const Headers& headers, std::string_view etag);

}  // namespace removr::http
