#include "app/template_check.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "engine/codec/encode.h"

namespace removr::app {
namespace {

// What the confined process says; that it is confined, and what a server makes of it,
// tests/functional/test_templates.py sees.
std::string Complaint(const std::vector<std::uint8_t>& bytes) {
  const auto looked =
      MakeTemplateProcessor()->Process({.bytes = {}, .mask = {}, .owner_template = bytes, .wishes = {}});
  if (looked) return "";
  EXPECT_EQ(looked.error().code, ErrorCode::kCorruptImage);
  return looked.error().message;
}

TEST(TemplateCheck, SaysWhatIsWrongInWordsForPeople) {
  const std::string_view text = "no image";
  EXPECT_TRUE(Complaint({text.begin(), text.end()}).starts_with("The template can't be read: "));
  EXPECT_TRUE(Complaint({}).starts_with("The template can't be read: "));
  const auto gray = codec::EncodeMaskPng(image::Mask(32, 32, std::uint8_t{0})).value();
  EXPECT_TRUE(Complaint(gray).starts_with("The template has no transparency: "));
}

}  // namespace
}  // namespace removr::app
