#include "app/report.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "app/files.h"

namespace removr::app {
namespace {

// Boost.JSON writes 208.79 as 2.0879E2; people read these lines too.
std::string Number(double value) { return fmt::format("{:.6g}", value); }

std::string Quoted(std::string_view text) { return boost::json::serialize(boost::json::string(text)); }

// Puts members together, in the order in which they are added.
class Object {
 public:
  // `value` is JSON already.
  Object& Add(std::string_view name, const std::string& value) {
    text_ += fmt::format("{}\"{}\":{}", text_.empty() ? "" : ",", name, value);
    return *this;
  }
  std::string Text() const { return "{" + text_ + "}"; }

 private:
  std::string text_;
};

std::string FindingJson(const image::Finding& finding) {
  const cv::Rect& box = finding.box;
  return Object()
      .Add("kind", Quoted(image::Name(finding.kind)))
      .Add("box", fmt::format("[{},{},{},{}]", box.x, box.y, box.width, box.height))
      .Add("confidence", Number(finding.confidence))
      .Text();
}

std::string TimesJson(const engine::Times& times, double seconds) {
  return Object()
      .Add("decode", Number(times.decode))
      .Add("locate", Number(times.locate))
      .Add("erase", Number(times.erase))
      .Add("verify", Number(times.verify))
      .Add("encode", Number(times.encode))
      .Add("total", Number(seconds * 1e3))
      .Text();
}

std::string_view Name(ImageResult::State state) {
  switch (state) {
    case ImageResult::State::kDone: return "done";
    case ImageResult::State::kSkipped: return "skipped";
    case ImageResult::State::kFailed: break;
  }
  return "failed";
}

void AddReport(Object& line, const ImageResult& result) {
  const engine::Report& report = result.report;
  line.Add("verdict", Quoted(engine::Name(report.verdict)))
      .Add("format", Quoted(removr::Name(report.format)))
      .Add("width", std::to_string(report.width))
      .Add("height", std::to_string(report.height))
      .Add("changedPixels", Number(report.changed_fraction))
      .Add("findings", FindingsJson(report.findings))
      .Add("timesMs", TimesJson(report.times, result.seconds));
}

}  // namespace

std::string FindingsJson(const image::Findings& findings) {
  std::string list;
  for (const image::Finding& finding : findings) list += (list.empty() ? "" : ",") + FindingJson(finding);
  return "[" + list + "]";
}

std::string ReportJson(const ImageResult& result) {
  Object line;
  line.Add("path", Quoted(PrintablePath(result.path))).Add("status", Quoted(Name(result.state)));
  if (!result.output.image.empty()) line.Add("output", Quoted(PrintablePath(result.output.image)));
  if (!result.output.mask.empty()) line.Add("mask", Quoted(PrintablePath(result.output.mask)));
  if (result.state == ImageResult::State::kDone) AddReport(line, result);
  if (!result.sha256_in.empty()) line.Add("sha256In", Quoted(result.sha256_in));
  if (!result.sha256_out.empty()) line.Add("sha256Out", Quoted(result.sha256_out));
  if (result.error) {
    line.Add("error", Quoted(removr::Name(result.error->code))).Add("detail", Quoted(result.error->Public()));
  }
  return line.Text();
}

}  // namespace removr::app
