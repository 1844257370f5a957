#include "service/api/json_body.h"

#include <gtest/gtest.h>

namespace removr::api {
namespace {

TEST(JsonFields, AreTextsAndWholeNumbers) {
  const auto fields =
      ParseJsonFields(R"({"name":"\u00e4 \"x\"","count":-3,"on":true,"half":1.5})", {"name", "count", "on", "half"});
  ASSERT_TRUE(fields);
  EXPECT_EQ(*fields->Text("name"), "ä \"x\"");
  EXPECT_EQ(*fields->Number("count"), -3);
  EXPECT_EQ(fields->Text("count").error().public_text, "`count` must be a text.");
  for (const char* name : {"name", "on", "half", "absent"}) {
    EXPECT_EQ(fields->Number(name).error().code, ErrorCode::kBadRequest) << name;
  }
}

TEST(JsonFields, AnythingElseIsRefusedInWords) {
  struct Case {
    std::string text;
    std::string says;
  };
  const Case cases[] = {
      {"", "The body must be a JSON object."},
      {"[]", "The body must be a JSON object."},
      {"{\"a\":1", "The body must be a JSON object."},
      {"{\"a\":1}{", "The body must be a JSON object."},
      {"{\"a\":\"\xff\"}", "The body must be a JSON object."},
      {std::string(10'000, '['), "The body must be a JSON object."},
      {"{}", "`a` is missing."},
      {"{\"b\":1}", "There is no member `b` here."},
      {"{\"a\":1,\"isOperator\":true}", "There is no member `isOperator` here."},
  };
  for (const Case& c : cases) {
    const auto fields = ParseJsonFields(c.text, {"a"});
    ASSERT_FALSE(fields) << c.text;
    EXPECT_EQ(fields.error().code, ErrorCode::kBadRequest);
    EXPECT_EQ(fields.error().public_text, c.says) << c.text;
  }
}

}  // namespace
}  // namespace removr::api
