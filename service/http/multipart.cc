#include "service/http/multipart.h"

#include <algorithm>

#include "service/http/parameters.h"
#include "service/http/text.h"

namespace removr::http {
namespace {

constexpr std::string_view kCrLf = "\r\n";

// RFC 2046, section 5.1.1: bchars, not ending with a space.
bool IsBoundary(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c != '\0' && std::string_view("'()+_,-./:=? ").find(c) != std::string_view::npos);
  };
  return !text.empty() && text.size() <= MultipartParser::kBoundaryMaxBytes && text.back() != ' ' &&
         std::all_of(text.begin(), text.end(), allowed);
}

// Browsers send '"', CR and LF in names as %22, %0D and %0A, and nothing else (WHATWG HTML, "multipart form data"), so
// any other '%' is a per cent sign of the name.
std::string DecodeFormName(std::string_view text) {
  std::string decoded;
  while (!text.empty()) {
    const std::string_view escape = text.substr(0, 3);
    const bool is_escape = escape == "%22" || EqualsIgnoringCase(escape, "%0D") || EqualsIgnoringCase(escape, "%0A");
    decoded.push_back(is_escape ? PercentDecode(escape)->front() : text.front());
    text.remove_prefix(is_escape ? 3 : 1);
  }
  return decoded;
}

Result<PartHeader> ReadDisposition(std::string_view value) {
  ASSIGN_OR_RETURN(const ValueWithParameters disposition, ParseParameters(value, Quoting::kForm));
  const auto name = disposition.Find("name");
  if (disposition.value != "form-data" || !name) return Fail(ErrorCode::kBadRequest, "a part has no field name");
  PartHeader part{.name = ToUtf8(DecodeFormName(*name)), .filename = std::nullopt};
  if (const auto extended = disposition.Find("filename*")) {
    part.filename = DecodeExtendedValue(*extended);
  }
  if (const auto plain = disposition.Find("filename"); plain && !part.filename) {
    part.filename = ToUtf8(DecodeFormName(*plain));
  }
  return part;
}

// `block` is the header's lines, each with its CR LF.
Result<PartHeader> ParseHeaderBlock(std::string_view block) {
  std::optional<std::string_view> disposition;
  while (!block.empty()) {
    const std::string_view line = block.substr(0, block.find(kCrLf));
    block.remove_prefix(line.size() + kCrLf.size());
    const auto colon = line.find(':');
    const bool has_control = std::any_of(line.begin(), line.end(), [](char c) {
      return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
    });
    // The token rule refuses folded lines as well: they begin with a space.
    if (colon == std::string_view::npos || has_control || !IsToken(line.substr(0, colon))) {
      return Fail(ErrorCode::kBadRequest, "a part has a malformed header line");
    }
    if (!EqualsIgnoringCase(line.substr(0, colon), "Content-Disposition")) continue;
    if (disposition) return Fail(ErrorCode::kBadRequest, "a part has two Content-Disposition fields");
    disposition = Trim(line.substr(colon + 1));
  }
  if (!disposition) return Fail(ErrorCode::kBadRequest, "a part has no Content-Disposition");
  return ReadDisposition(*disposition);
}

}  // namespace

Result<MultipartParser> MultipartParser::Create(std::string_view content_type) {
  const auto type = ParseParameters(content_type, Quoting::kStrict);
  const std::string_view value = Trim(content_type.substr(0, content_type.find(';')));
  if (!EqualsIgnoringCase(value, "multipart/form-data")) {
    return Fail(ErrorCode::kUnsupportedMediaType, "Content-Type is " + std::string(content_type),
                "Send the images as multipart/form-data.");
  }
  const auto boundary = type ? type->Find("boundary") : std::nullopt;
  if (!boundary || !IsBoundary(*boundary)) {
    return Fail(ErrorCode::kBadRequest, "no sound boundary in Content-Type: " + std::string(content_type),
                "The Content-Type has no valid multipart boundary.");
  }
  return MultipartParser(*boundary);
}

MultipartParser::MultipartParser(std::string_view boundary) : delimiter_("\r\n--" + std::string(boundary)) {}

void MultipartParser::Feed(std::span<const std::uint8_t> bytes) {
  buffer_.erase(0, position_);
  position_ = 0;
  buffer_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

Result<MultipartParser::Event> MultipartParser::Next() {
  data_ = {};
  switch (state_) {
    case State::kPreamble: return SkipPreamble();
    case State::kDelimiter: return AfterDelimiter();
    case State::kHeader: return ReadHeader();
    case State::kContent: return ReadContent();
    case State::kEpilogue: return SkipEpilogue();
    case State::kBroken: break;
  }
  return Broken("it was broken before");
}

Status MultipartParser::Finish() const {
  if (state_ == State::kEpilogue) return {};
  return Fail(ErrorCode::kBadRequest, "the multipart body has no last boundary",
              "The multipart body ends before its last boundary.");
}

Result<MultipartParser::Event> MultipartParser::Broken(std::string_view why) {
  state_ = State::kBroken;
  return Fail(ErrorCode::kBadRequest, "multipart: " + std::string(why),
              "The multipart body is malformed: " + std::string(why) + ".");
}

Result<MultipartParser::Event> MultipartParser::SkipPreamble() {
  const auto found = Rest().find(delimiter_);
  // A delimiter may have begun at the end of what is here.
  const std::size_t kept = std::min(Rest().size(), delimiter_.size() - 1);
  const std::size_t used = found != std::string_view::npos ? found : Rest().size() - kept;
  skipped_ += used;
  if (skipped_ > kPreambleMaxBytes) return Broken("it does not begin with its boundary");
  position_ += used;
  if (found == std::string_view::npos) return Event::kNeedMore;
  skipped_ = 0;
  state_ = State::kDelimiter;
  return AfterDelimiter();
}

// At a delimiter: its line ends a part, and begins another or is the last.
Result<MultipartParser::Event> MultipartParser::AfterDelimiter() {
  const std::string_view behind = Rest().substr(delimiter_.size());
  if (in_part_) {
    in_part_ = false;
    return Event::kPartEnd;
  }
  if (behind.starts_with("--")) {
    position_ += delimiter_.size() + 2;
    state_ = State::kEpilogue;
    return SkipEpilogue();
  }
  // Spaces that a gateway may have added (RFC 2046: transport-padding).
  const auto padding = behind.find_first_not_of(" \t");
  const std::string_view end = padding == std::string_view::npos ? std::string_view() : behind.substr(padding);
  if (behind.size() - end.size() > kHeaderMaxBytes) return Broken("a boundary line is too long");
  if (end.size() < 2 && (end.empty() || end == "\r" || end == "-")) return Event::kNeedMore;
  if (!end.starts_with(kCrLf)) return Broken("a boundary is not followed by a line end");
  position_ += delimiter_.size() + (behind.size() - end.size());
  state_ = State::kHeader;
  return ReadHeader();
}

// At the CR LF of the delimiter's line, so that an empty header is "CR LF CR LF" too.
Result<MultipartParser::Event> MultipartParser::ReadHeader() {
  const auto end = Rest().substr(0, kHeaderMaxBytes).find("\r\n\r\n");
  if (end == std::string_view::npos) {
    if (Rest().size() >= kHeaderMaxBytes) return Broken("a part's header is too large");
    return Event::kNeedMore;
  }
  auto part = ParseHeaderBlock(Rest().substr(kCrLf.size(), end));
  if (!part) return Broken(part.error().message);
  part_ = std::move(*part);
  position_ += end + 4;
  in_part_ = true;
  state_ = State::kContent;
  return Event::kPart;
}

Result<MultipartParser::Event> MultipartParser::ReadContent() {
  const std::string_view rest = Rest();
  std::size_t size = rest.find(delimiter_);
  if (size == 0) {
    state_ = State::kDelimiter;
    return AfterDelimiter();
  }
  if (size == std::string_view::npos) {
    // All but what may be the beginning of a delimiter, which begins with a CR.
    size = rest.size() - std::min(rest.size(), delimiter_.size() - 1);
    size = std::min(rest.size(), rest.find('\r', size));
  }
  if (size == 0) return Event::kNeedMore;
  data_ = {reinterpret_cast<const std::uint8_t*>(rest.data()), size};
  position_ += size;
  return Event::kData;
}

Result<MultipartParser::Event> MultipartParser::SkipEpilogue() {
  skipped_ += Rest().size();
  position_ = buffer_.size();
  if (skipped_ > kEpilogueMaxBytes) return Broken("too much follows its last boundary");
  return Event::kEnd;
}

}  // namespace removr::http
