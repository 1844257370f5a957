// Header values of the form `value; name=token; name="quoted"`, as Content-Type and Content-Disposition have them (RFC
// 9110, section 5.6.6), the extended `name*=` form (RFC 8187), and Content-Disposition's answer side (RFC 6266).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace removr::http {

struct Parameter {
  std::string name;  // in lower case
  std::string value;
};

struct ValueWithParameters {
  std::string value;  // in lower case: "multipart/form-data"
  std::vector<Parameter> parameters;

  std::optional<std::string_view> Find(std::string_view name) const;
};

// How a backslash inside a quoted string is read.
enum class Quoting {
  kStrict,  // RFC 9110: it escapes whatever follows
  // As forms are really sent: before '"' and '\' it escapes; elsewhere it is a backslash, as in "C:\photo.jpg".
  kForm,
};

// kBadRequest where the text does not follow the grammar or has a parameter twice.
Result<ValueWithParameters> ParseParameters(std::string_view text, Quoting quoting);

// RFC 8187's `UTF-8''na%C3%AFve.jpg` as UTF-8 text; ISO-8859-1 is converted. nullopt for other charsets, malformed
// ones, or text that is not what it says.
std::optional<std::string> DecodeExtendedValue(std::string_view text);

// `attachment; filename="..."; filename*=UTF-8''...` for a UTF-8 name: the plain form has '_' for what is not printable
// ASCII, and the extended form comes only where they differ.
std::string AttachmentDisposition(std::string_view filename);

}  // namespace removr::http
