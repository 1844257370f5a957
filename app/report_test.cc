#include "app/report.h"

#include <gtest/gtest.h>

namespace removr::app {
namespace {

const EngineVersion kVersion{"removr 1", "abc"};

ImageResult Done() {
  ImageResult result;
  result.state = ImageResult::State::kDone;
  result.path = "a \"b\".jpg";
  result.output = {"a-clean.jpg", "a-mask.png"};
  result.report.verdict = engine::Verdict::kClean;
  result.report.width = 640;
  result.report.height = 480;
  result.report.changed_fraction = 0.03194;
  result.report.findings.push_back({.kind = image::Kind::kText, .box = {10, 20, 30, 40}, .confidence = 0.97F, .region = {}});
  result.report.times = {.decode = 1.5, .locate = 208.79, .erase = 0, .verify = 0, .encode = 0.00001};
  result.seconds = 0.25;
  return result;
}

TEST(ReportJson, IsOneLineOfPlainNumbers) {
  EXPECT_EQ(ReportJson(Done(), kVersion),
            R"({"path":"a \"b\".jpg","status":"done","output":"a-clean.jpg","mask":"a-mask.png","verdict":"clean",)"
            R"("format":"jpg","width":640,"height":480,"changedPixels":0.03194,)"
            R"("findings":[{"kind":"text","box":[10,20,30,40],"confidence":0.97}],)"
            R"("timesMs":{"decode":1.5,"locate":208.79,"erase":0,"verify":0,"encode":1e-05,"receipt":0,"total":250},)"
            R"("engine":"removr 1","model":"abc"})");
}

TEST(ReportJson, SaysThatCredentialsAreNoLongerValid) {
  ImageResult result = Done();
  result.report.credentials_invalid = true;
  EXPECT_NE(ReportJson(result, kVersion).find(R"("contentCredentials":"invalid")"), std::string::npos);
}

TEST(ReportJson, HasTheReceiptWhereThereIsOne) {
  ImageResult result = Done();
  result.report.receipt = engine::Receipt{{5, 2, 1}, {0, receipt::Measure::kCoefficients}};
  const std::string line = ReportJson(result, kVersion);
  EXPECT_NE(line.find(R"("outsideMaskMaxDifference":0,"outsideMaskMeasure":"coefficients")"), std::string::npos) << line;
  EXPECT_NE(line.find(R"("maskRle":{"size":[480,640],"counts":[5,2,1]})"), std::string::npos) << line;
}

TEST(ReportJson, SaysWhyAnImageFailed) {
  ImageResult result;
  result.path = "x";
  result.error = Error{ErrorCode::kAnimated, "internal", "in words"};
  EXPECT_EQ(ReportJson(result, kVersion), R"({"path":"x","status":"failed","error":"animated","detail":"in words"})");
}

TEST(FindingsJson, IsAnEmptyArrayForNothing) { EXPECT_EQ(FindingsJson({}), "[]"); }

}  // namespace
}  // namespace removr::app
