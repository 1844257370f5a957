#include "base/log.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/log_format.h"

namespace removr::log {
namespace {

// The line of one message at 2026-01-31T08:09:10.007Z.
std::string Line(Form form, const std::string& message) {
  spdlog::details::log_msg entry("removr", spdlog::level::info, message);
  entry.time = spdlog::log_clock::time_point(std::chrono::milliseconds(1769846950007));
  spdlog::memory_buf_t line;
  MakeFormatter(form)->format(entry, line);
  std::string text(line.data(), line.size());
  const std::string pid = std::to_string(::getpid());
  if (const auto at = text.find(pid); at != std::string::npos) text.replace(at, pid.size(), "PID");
  return text;
}

TEST(Log, WritesTextForPeopleAndJsonForPrograms) {
  EXPECT_EQ(Line(Form::kText, "done"), "2026-01-31T08:09:10.007Z removr[PID] info done\n");
  EXPECT_EQ(Line(Form::kJson, "done"),
            "{\"time\":\"2026-01-31T08:09:10.007Z\",\"level\":\"info\",\"pid\":PID,\"message\":\"done\"}\n");
}

TEST(Log, AddsTheThreadsFieldsWhileTheyLive) {
  const Field request("requestId", "r\"1");
  {
    const Field status("status", std::int64_t{202});
    const Field ms("ms", 1.5);
    EXPECT_TRUE(Line(Form::kText, "x").ends_with(" x requestId=r\"1 status=202 ms=1.5\n"));
    EXPECT_TRUE(Line(Form::kJson, "x")
                    .ends_with(R"("x","requestId":"r\"1","status":202,"ms":1.5})"
                               "\n"));
  }
  EXPECT_TRUE(Line(Form::kText, "x").ends_with(" x requestId=r\"1\n"));
  std::thread([] { EXPECT_TRUE(Line(Form::kText, "x").ends_with(" x\n")); }).join();
}

TEST(JsonString, EscapesWhatWouldNotParse) {
  EXPECT_EQ(JsonString("a\"\\\n\x7f"), R"("a\"\\\u000a\u007f")");
  EXPECT_EQ(JsonString("\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80"), "\"\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80\"");
  EXPECT_EQ(JsonString("\xe4 \xc3 \xe2\x82"), R"("\u00e4 \u00c3 \u00e2\u0082")");
}

}  // namespace
}  // namespace removr::log
