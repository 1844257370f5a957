#include "service/http/parameters.h"

#include "service/http/text.h"

namespace removr::http {
namespace {

// Reads from the front of a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool AtEnd() const { return rest_.empty(); }
  void SkipSpaces() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t')) rest_.remove_prefix(1);
  }
  bool Take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string_view TakeUntil(std::string_view stops) {
    const std::string_view taken = rest_.substr(0, rest_.find_first_of(stops));
    rest_.remove_prefix(taken.size());
    return taken;
  }
  // What stands behind an opening quote, up to the closing one; nullopt where that is missing.
  std::optional<std::string> TakeQuoted(Quoting quoting) {
    std::string value;
    for (std::size_t i = 0; i < rest_.size(); ++i) {
      if (rest_[i] == '"') {
        rest_.remove_prefix(i + 1);
        return value;
      }
      if (rest_[i] == '\\' && i + 1 < rest_.size()) {
        const char next = rest_[i + 1];
        if (quoting == Quoting::kStrict || next == '"' || next == '\\') ++i;
      }
      value.push_back(rest_[i]);
    }
    return std::nullopt;
  }

 private:
  std::string_view rest_;
};

Result<Parameter> ParseParameter(Scanner& scanner, Quoting quoting) {
  const std::string name = LowerCase(Trim(scanner.TakeUntil("=;")));
  if (!IsToken(name) || !scanner.Take('=')) return Fail(ErrorCode::kBadRequest, "a parameter has no name or value");
  scanner.SkipSpaces();
  if (scanner.Take('"')) {
    auto value = scanner.TakeQuoted(quoting);
    if (!value) return Fail(ErrorCode::kBadRequest, "a quoted string has no end");
    return Parameter{name, std::move(*value)};
  }
  const std::string_view value = Trim(scanner.TakeUntil(";"));
  // Boundaries are often sent bare although they contain '/', '=' or ':' (RFC 2046 would have them quoted).
  if (value.empty() || value.find_first_of("\" \t") != std::string_view::npos) {
    return Fail(ErrorCode::kBadRequest, "a parameter has an empty or broken value");
  }
  return Parameter{name, std::string(value)};
}

}  // namespace

std::optional<std::string_view> ValueWithParameters::Find(std::string_view name) const {
  for (const Parameter& parameter : parameters) {
    if (parameter.name == name) return parameter.value;
  }
  return std::nullopt;
}

Result<ValueWithParameters> ParseParameters(std::string_view text, Quoting quoting) {
  Scanner scanner(text);
  ValueWithParameters parsed;
  parsed.value = LowerCase(Trim(scanner.TakeUntil(";")));
  if (parsed.value.empty()) return Fail(ErrorCode::kBadRequest, "an empty header value");
  while (true) {
    scanner.SkipSpaces();
    if (scanner.AtEnd()) return parsed;
    if (!scanner.Take(';')) return Fail(ErrorCode::kBadRequest, "text behind a quoted string");
    scanner.SkipSpaces();
    if (scanner.AtEnd()) return parsed;  // a last ';' with nothing behind it is common, and harmless
    ASSIGN_OR_RETURN(Parameter parameter, ParseParameter(scanner, quoting));
    if (parsed.Find(parameter.name)) return Fail(ErrorCode::kBadRequest, "a parameter is there twice");
    parsed.parameters.push_back(std::move(parameter));
  }
}

std::optional<std::string> DecodeExtendedValue(std::string_view text) {
  const auto charset_end = text.find('\'');
  if (charset_end == std::string_view::npos) return std::nullopt;
  const auto language_end = text.find('\'', charset_end + 1);
  if (language_end == std::string_view::npos) return std::nullopt;
  const std::string_view charset = text.substr(0, charset_end);
  auto decoded = PercentDecode(text.substr(language_end + 1));
  if (!decoded) return std::nullopt;
  if (EqualsIgnoringCase(charset, "utf-8")) {
    if (!IsValidUtf8(*decoded)) return std::nullopt;
    return decoded;
  }
  if (EqualsIgnoringCase(charset, "iso-8859-1")) return ToUtf8(*decoded);
  return std::nullopt;
}

std::string AttachmentDisposition(std::string_view filename) {
  std::string plain;
  for (const char c : filename) {
    const auto byte = static_cast<unsigned char>(c);
    // One '_' for a character, however many bytes it has; '%' too, since some browsers decode it here (RFC 6266,
    // appendix D).
    if ((byte & 0xC0) == 0x80) continue;
    plain.push_back(byte < 0x20 || byte >= 0x7F || c == '"' || c == '\\' || c == '%' ? '_' : c);
  }
  std::string value = "attachment; filename=\"" + plain + "\"";
  if (plain != filename) value += "; filename*=UTF-8''" + PercentEncode(filename);
  return value;
}

}  // namespace removr::http
