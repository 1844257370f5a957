#include "app/report.h"

#include <boost/json.hpp>
#include <cmath>

#include "app/files.h"

namespace removr::app {
namespace {

namespace json = boost::json;

double Rounded(double value, double unit) { return std::round(value / unit) * unit; }

json::array Findings(const image::Findings& findings) {
  json::array list;
  for (const image::Finding& finding : findings) {
    list.push_back(json::object{{"kind", std::string(image::Name(finding.kind))},
                                {"box", {finding.box.x, finding.box.y, finding.box.width, finding.box.height}},
                                {"confidence", Rounded(finding.confidence, 1e-4)}});
  }
  return list;
}

json::object Times(const engine::Times& times, double seconds) {
  return {{"decode", Rounded(times.decode, 0.01)}, {"locate", Rounded(times.locate, 0.01)},
          {"erase", Rounded(times.erase, 0.01)},   {"verify", Rounded(times.verify, 0.01)},
          {"encode", Rounded(times.encode, 0.01)}, {"total", Rounded(seconds * 1e3, 0.01)}};
}

std::string_view Name(ImageResult::State state) {
  switch (state) {
    case ImageResult::State::kDone: return "done";
    case ImageResult::State::kSkipped: return "skipped";
    case ImageResult::State::kFailed: break;
  }
  return "failed";
}

}  // namespace

std::string FindingsJson(const image::Findings& findings) { return json::serialize(Findings(findings)); }

std::string ReportJson(const ImageResult& result) {
  json::object line{{"path", PrintablePath(result.path)}, {"status", std::string(Name(result.state))}};
  if (!result.output.image.empty()) line["output"] = PrintablePath(result.output.image);
  if (!result.output.mask.empty()) line["mask"] = PrintablePath(result.output.mask);
  if (result.state == ImageResult::State::kDone) {
    const engine::Report& report = result.report;
    line["verdict"] = std::string(engine::Name(report.verdict));
    line["format"] = std::string(removr::Name(report.format));
    line["width"] = report.width;
    line["height"] = report.height;
    line["changedPixels"] = Rounded(report.changed_fraction, 1e-9);
    line["findings"] = Findings(report.findings);
    line["timesMs"] = Times(report.times, result.seconds);
  }
  if (!result.sha256_in.empty()) line["sha256In"] = result.sha256_in;
  if (!result.sha256_out.empty()) line["sha256Out"] = result.sha256_out;
  if (result.error) {
    line["error"] = std::string(removr::Name(result.error->code));
    line["detail"] = std::string(result.error->Public());
  }
  return json::serialize(line);
}

}  // namespace removr::app
