#include "app/report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

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

std::string Bool(bool value) { return value ? "true" : "false"; }

std::string BoxJson(const cv::Rect& box) { return fmt::format("[{},{},{},{}]", box.x, box.y, box.width, box.height); }

std::string FileJson(std::span<const std::uint8_t> file, Format format, cv::Size size) {
  return Object()
      .Add("format", Quoted(removr::Name(format)))
      .Add("width", std::to_string(size.width))
      .Add("height", std::to_string(size.height))
      .Add("bytes", std::to_string(file.size()))
      .Add("sha256", Quoted(Sha256Hex(file)))
      .Text();
}

std::string FindingJson(const image::Finding& finding) {
  return Object()
      .Add("kind", Quoted(image::Name(finding.kind)))
      .Add("box", BoxJson(finding.box))
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
      .Add("receipt", Number(times.receipt))
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

void AddReceipt(Object& object, const engine::Report& report, const EngineVersion& version) {
  object.Add("engine", Quoted(version.program)).Add("model", Quoted(version.model));
  if (!report.receipt) return;
  const receipt::Outside& outside = report.receipt->outside;
  object.Add("outsideMaskMaxDifference", Number(outside.max_difference))
      .Add("outsideMaskMeasure", Quoted(receipt::Name(outside.measure)));
}

std::string RleJson(const engine::Report& report) {
  return Object()
      .Add("size", fmt::format("[{},{}]", report.height, report.width))
      .Add("counts", fmt::format("[{}]", fmt::join(report.receipt->mask_counts, ",")))
      .Text();
}

void AddReport(Object& line, const ImageResult& result, const EngineVersion& version) {
  const engine::Report& report = result.report;
  line.Add("verdict", Quoted(engine::Name(report.verdict)))
      .Add("format", Quoted(removr::Name(report.format)))
      .Add("width", std::to_string(report.width))
      .Add("height", std::to_string(report.height))
      .Add("changedPixels", Number(report.changed_fraction))
      .Add("findings", FindingsJson(report.findings))
      .Add("timesMs", TimesJson(report.times, result.seconds));
  if (report.credentials_invalid) line.Add("contentCredentials", Quoted("invalid"));
  AddReceipt(line, report, version);
  if (report.receipt) line.Add("maskRle", RleJson(report));
}

}  // namespace

std::string FindingsJson(const image::Findings& findings) {
  std::string list;
  for (const image::Finding& finding : findings) list += (list.empty() ? "" : ",") + FindingJson(finding);
  return "[" + list + "]";
}

std::string ReceiptJson(const engine::Report& report, const EngineVersion& version) {
  Object object;
  AddReceipt(object, report, version);
  return object.Text();
}

std::string ComparisonJson(std::span<const std::uint8_t> before, std::span<const std::uint8_t> after,
                           const receipt::Comparison& comparison) {
  std::string parts, regions;
  for (const receipt::PartDifference& part : comparison.parts) {
    parts += (parts.empty() ? "" : ",") +
             Object().Add("name", Quoted(part.name)).Add("change", Quoted(receipt::Name(part.what))).Text();
  }
  for (const receipt::ChangedRegion& region : comparison.regions)
    regions += (regions.empty() ? "" : ",") + BoxJson(region.box);
  Object object;
  object.Add("onlyCompactRegions", Bool(comparison.OnlyCompactRegions()))
      .Add("identical", Bool(comparison.same_bytes))
      .Add("before", FileJson(before, comparison.before_format, comparison.before_size))
      .Add("after", FileJson(after, comparison.after_format, comparison.after_size))
      .Add("metadata", "[" + parts + "]")
      .Add("comparable", Bool(comparison.same_layout));
  if (comparison.same_layout) {
    object.Add("pixelsChanged", std::to_string(comparison.pixels_changed))
        .Add("changedPixels", Number(comparison.ChangedFraction()))
        .Add("maxDifference", Number(comparison.max_difference))
        .Add("regions", "[" + regions + "]");
  }
  if (comparison.jpeg && comparison.jpeg->same_frame) {
    object.Add("blocks", std::to_string(comparison.jpeg->blocks))
        .Add("blocksChanged", std::to_string(comparison.jpeg->blocks_changed))
        .Add("sameQuantisation", Bool(comparison.jpeg->same_tables));
  }
  return object.Text();
}

std::string ReportJson(const ImageResult& result, const EngineVersion& version) {
  Object line;
  line.Add("path", Quoted(PrintablePath(result.path))).Add("status", Quoted(Name(result.state)));
  if (!result.output.image.empty()) line.Add("output", Quoted(PrintablePath(result.output.image)));
  if (!result.output.mask.empty()) line.Add("mask", Quoted(PrintablePath(result.output.mask)));
  if (result.state == ImageResult::State::kDone) AddReport(line, result, version);
  if (!result.sha256_in.empty()) line.Add("sha256In", Quoted(result.sha256_in));
  if (!result.sha256_out.empty()) line.Add("sha256Out", Quoted(result.sha256_out));
  if (result.error) {
    line.Add("error", Quoted(removr::Name(result.error->code))).Add("detail", Quoted(result.error->Public()));
  }
  return line.Text();
}

}  // namespace removr::app
