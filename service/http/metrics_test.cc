#include "service/http/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace removr::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST(MetricsText, WritesFamiliesWithTheirSamples) {
  MetricsText text;
  text.Begin("queue_images", MetricsText::Type::kGauge, "Images.");
  text.Add(3, R"(state="waiting")");
  text.Add(0.5, R"(state="working")");
  text.Write("refunds_total", MetricsText::Type::kCounter, "Refunds.", 1e15);
  EXPECT_EQ(text.Take(),
            "# HELP queue_images Images.\n# TYPE queue_images gauge\n"
            "queue_images{state=\"waiting\"} 3\nqueue_images{state=\"working\"} 0.5\n"
            "# HELP refunds_total Refunds.\n# TYPE refunds_total counter\nrefunds_total 1000000000000000\n");
}

TEST(FormatLabels, EscapesValues) {
  const std::pair<std::string_view, std::string_view> labels[] = {{"a", "x"}, {"b", "\"\\\n"}};
  EXPECT_EQ(FormatLabels(labels), R"(a="x",b="\"\\\n")");
  EXPECT_EQ(FormatLabels({}), "");
}

TEST(DurationHistogram, CountsIntoCumulativeBuckets) {
  DurationHistogram histogram;
  for (const auto duration : {500us, 1000us, 1001us, 90'000'000us}) histogram.Observe(R"(route="/")", duration);
  MetricsText text;
  histogram.WriteTo(text, "seconds", "Time.");
  const std::string written = text.Take();
  EXPECT_THAT(written, HasSubstr("# TYPE seconds histogram\n"));
  EXPECT_THAT(written, HasSubstr("seconds_bucket{route=\"/\",le=\"0.001\"} 2\n"));
  EXPECT_THAT(written, HasSubstr("seconds_bucket{route=\"/\",le=\"0.0025\"} 3\n"));
  EXPECT_THAT(written, HasSubstr("seconds_bucket{route=\"/\",le=\"60\"} 3\n"));
  EXPECT_THAT(written, HasSubstr("seconds_bucket{route=\"/\",le=\"+Inf\"} 4\n"));
  EXPECT_THAT(written, HasSubstr("seconds_count{route=\"/\"} 4\n"));
  EXPECT_THAT(written, HasSubstr("seconds_sum{route=\"/\"} 90.002501\n"));
}

}  // namespace
}  // namespace removr::http
