// multipart/form-data, incrementally (RFC 7578 over RFC 2046, section 5.1): bytes are fed in as they arrive, in pieces
// of any size, and come out as parts. Holds one piece and a delimiter's length in memory, and never a part.
//
//   while (true) {
//     ASSIGN_OR_RETURN(const MultipartParser::Event event, parser.Next());
//     kNeedMore: parser.Feed(piece), or parser.Finish() where the body has ended
//     kPart:     parser.part() is the header of a new part
//     kData:     parser.data() is a piece of its content
//     kPartEnd   kEnd: the last boundary was read; what follows is ignored
//   }
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace removr::http {

struct PartHeader {
  std::string name;                     // of the form's field, UTF-8
  std::optional<std::string> filename;  // as sent, UTF-8; nullopt where there is none
};

class MultipartParser {
 public:
  // Of a part's header block, and of what may stand before the first and behind the last boundary.
  static constexpr std::size_t kHeaderMaxBytes = 8 * 1024;
  static constexpr std::size_t kPreambleMaxBytes = 8 * 1024;
  static constexpr std::size_t kEpilogueMaxBytes = 64 * 1024;
  // RFC 2046: 1 to 70 characters.
  static constexpr std::size_t kBoundaryMaxBytes = 70;

  enum class Event { kNeedMore, kPart, kData, kPartEnd, kEnd };

  // For a request's Content-Type. kUnsupportedMediaType where that is not multipart/form-data, kBadRequest where it has
  // no boundary or a malformed one.
  static Result<MultipartParser> Create(std::string_view content_type);

  // Adds the next piece of the body. To be called when Next has said kNeedMore, or to begin.
  void Feed(std::span<const std::uint8_t> bytes);

  // The next event. kBadRequest, with a public text, for a malformed body; nothing more comes then.
  Result<Event> Next();

  // The body has ended: kBadRequest where its last boundary has not been read.
  Status Finish() const;

  const PartHeader& part() const { return part_; }
  // Never empty after kData; lives until the next call.
  std::span<const std::uint8_t> data() const { return data_; }

 private:
  enum class State { kPreamble, kDelimiter, kHeader, kContent, kEpilogue, kBroken };

  explicit MultipartParser(std::string_view boundary);
  std::string_view Rest() const { return std::string_view(buffer_).substr(position_); }
  Result<Event> Broken(std::string_view why);
  Result<Event> SkipPreamble();
  Result<Event> AfterDelimiter();
  Result<Event> ReadHeader();
  Result<Event> ReadContent();
  Result<Event> SkipEpilogue();

  std::string delimiter_;  // CR LF "--" boundary
  // What has been fed and not used lies from position_ on. It begins with a CR LF of our own, so that the first
  // boundary is found in the same way as the others.
  std::string buffer_ = "\r\n";
  std::size_t position_ = 0;
  std::size_t skipped_ = 0;  // of the preamble, then of the epilogue
  State state_ = State::kPreamble;
  bool in_part_ = false;
  PartHeader part_;
  std::span<const std::uint8_t> data_;
};

}  // namespace removr::http
