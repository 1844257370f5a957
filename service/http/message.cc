#include "service/http/message.h"

#include <algorithm>

#include "service/http/text.h"

namespace removr::http {

std::string_view Name(Fault fault) {
  switch (fault) {
    case Fault::kMalformed: return "malformed";
    case Fault::kHeadersTooLarge: return "headers_too_large";
    case Fault::kTimeout: return "timeout";
    case Fault::kOverloaded: return "overloaded";
    case Fault::kFailed: return "failed";
  }
  return "";
}

void Headers::Add(std::string name, std::string value) { fields_.push_back({std::move(name), std::move(value)}); }

void Headers::Set(std::string_view name, std::string value) {
  std::erase_if(fields_, [&](const Header& field) { return EqualsIgnoringCase(field.name, name); });
  Add(std::string(name), std::move(value));
}

std::optional<std::string_view> Headers::Find(std::string_view name) const {
  const auto found = std::find_if(fields_.begin(), fields_.end(),
                                  [&](const Header& field) { return EqualsIgnoringCase(field.name, name); });
  if (found == fields_.end()) return std::nullopt;
  return found->value;
}

std::vector<std::string_view> Headers::FindAll(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const Header& field : fields_) {
    if (EqualsIgnoringCase(field.name, name)) values.emplace_back(field.value);
  }
  return values;
}

}  // namespace removr::http
