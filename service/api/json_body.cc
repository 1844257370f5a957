#include "service/api/json_body.h"

#include <algorithm>
#include <boost/json.hpp>

#include "service/http/parameters.h"
#include "service/http/text.h"

namespace removr::api {
namespace {

namespace json = boost::json;

tl::unexpected<Error> Refuse(const std::string& text) { return Fail(ErrorCode::kBadRequest, text, text); }

JsonFields::Value ReadValue(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string().data(), value.get_string().size());
  if (value.is_int64()) return value.get_int64();
  return {};
}

Status CheckContentType(const http::Request& request) {
  const auto type = http::ParseParameters(request.headers.Find("Content-Type").value_or(""), http::Quoting::kStrict);
  if (type && type->value == "application/json") return {};
  return Fail(ErrorCode::kUnsupportedMediaType, "a body that is not JSON", "The body must be application/json.");
}

}  // namespace

Result<std::string> JsonFields::Text(std::string_view name) const {
  const auto member = members_.find(name);
  const auto* text = member == members_.end() ? nullptr : std::get_if<std::string>(&member->second);
  if (text == nullptr) return Refuse("`" + std::string(name) + "` must be a text.");
  return *text;
}

Result<std::int64_t> JsonFields::Number(std::string_view name) const {
  const auto member = members_.find(name);
  const auto* number = member == members_.end() ? nullptr : std::get_if<std::int64_t>(&member->second);
  if (number == nullptr) return Refuse("`" + std::string(name) + "` must be a whole number.");
  return *number;
}

Result<JsonFields> ParseJsonFields(std::string_view text, std::initializer_list<std::string_view> names) {
  json::error_code failure;
  const json::value value = json::parse({text.data(), text.size()}, failure);
  if (failure || !value.is_object()) return Refuse("The body must be a JSON object.");
  std::map<std::string, JsonFields::Value, std::less<>> members;
  for (const auto& member : value.get_object()) {
    const std::string name(member.key().data(), member.key().size());
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      return Refuse("There is no member `" + http::ToUtf8(name.substr(0, 40)) + "` here.");
    }
    members[name] = ReadValue(member.value());
  }
  for (const std::string_view name : names) {
    if (!members.contains(name)) return Refuse("`" + std::string(name) + "` is missing.");
  }
  return JsonFields(std::move(members));
}

Result<JsonFields> ReadJsonBody(const http::Request& request, http::BodyReader& body,
                                std::initializer_list<std::string_view> names) {
  TRY(CheckContentType(request));
  std::string text;
  while (true) {
    ASSIGN_OR_RETURN(const auto piece, body.Next());
    if (piece.empty()) return ParseJsonFields(text, names);
    if (text.size() + piece.size() > kJsonBodyMaxBytes) {
      return Fail(ErrorCode::kFileTooLarge, "a JSON body over the limit", "The body is larger than any it may be.");
    }
    text.append(reinterpret_cast<const char*>(piece.data()), piece.size());
  }
}

}  // namespace removr::api
