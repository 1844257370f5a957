// trust: a table of findings and the evidence for each, on composites of known truth and on clean photographs, from
// which training/fit_judges.py fits the judge of engine/erase/trust.h.
#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "bench/cases.h"
#include "engine/codec/decode.h"
#include "engine/erase/erase.h"
#include "engine/locate/locate.h"

namespace removr::bench {
namespace {

struct Flags {
  std::string photos, table, models = REMOVR_MODELS_DIR;
  std::string views = "/dev/null", strokes = "/dev/null";
  std::optional<int> per_kind, clean;  // none: one of each on each photograph
  std::uint64_t seed = 11;
};

struct Engine {
  std::unique_ptr<locate::Locator> locator;
  std::unique_ptr<erase::Eraser> eraser;
};

constexpr std::size_t kPixelsMax = 13'000'000;  // larger photographs would take most of the time

// Share of what would be changed of a finding that is the overlay's, for its strokes to be listed.
constexpr float kRightMin = .25F;

// Every so many composites carry a second overlay, put onto the file of the first, as a date beside a logo.
constexpr std::size_t kAccompanied = 3;

Status Accompany(const Case& other, const Case& one, const Fonts& fonts, Composite& composite) {
  Rng rng(other.seed);
  const Overlay overlay = DrawOverlay(fonts, rng, other.spec, composite.marked.size());
  composite.mask |= overlay.TrueMask();
  ASSIGN_OR_RETURN(composite.file, Encode(overlay.Over(composite.marked), one.file, one.quality));
  return {};
}

// The findings and all that they fall into.
image::Findings WithParts(const image::Findings& findings) {
  image::Findings all;
  for (const image::Finding& finding : findings) {
    all.push_back(finding);
    std::ranges::move(WithParts(finding.parts), std::back_inserter(all));
  }
  return all;
}

struct Tables {
  std::ofstream findings, views, strokes;
};

// A line for each stroke of a finding: of which kind and photograph, how many px, how many of these rightly, and what
// is known of it. `right`: over the finding's box.
void ListStrokes(std::string_view name, int photo, const erase::Strokes& strokes, const cv::Mat& right,
                 std::ostream& out) {
  std::vector<int> px(strokes.strokes.size() + 1), rightly(px.size());
  for (int y = 0; y < strokes.labels.rows; ++y) {
    for (int x = 0; x < strokes.labels.cols; ++x) {
      const int label = strokes.labels.at<int>(y, x);
      ++px[label];
      if (right.at<std::uint8_t>(y, x) != 0) ++rightly[label];
    }
  }
  for (std::size_t i = 1; i < px.size(); ++i) {
    out << name << ',' << photo << ',' << px[i] << ',' << rightly[i];
    for (const float feature : erase::ToFeatures(strokes.strokes[i - 1])) out << ',' << feature;
    out << '\n';
  }
}

// A line for each finding: what the file is and of which photograph, how many px would be changed, how many of these
// rightly, how many views of it follow in `views`, which finding of the file it fell out of, and the evidence. The
// strokes are listed of findings that hold some of the overlay.
Status Weigh(const Engine& engine, std::string_view name, int photo, const Bytes& file, const cv::Mat& truth,
             Tables& tables) {
  ASSIGN_OR_RETURN(const codec::Decoded decoded, codec::Decode(file, {}));
  if (decoded.image.pixels.total() > kPixelsMax) return {};
  ASSIGN_OR_RETURN(image::Findings findings, engine.locator->Find(decoded.image));
  std::erase_if(findings, [](const image::Finding& finding) { return !finding.strokes.empty(); });  // has another judge
  std::vector<std::size_t> roots;  // which finding each fell out of
  image::Findings all;
  for (std::size_t root = 0; root < findings.size(); ++root) {
    std::ranges::move(WithParts({findings[root]}), std::back_inserter(all));
    roots.resize(all.size(), root);
  }
  findings = std::move(all);
  ASSIGN_OR_RETURN(const auto weighed, engine.eraser->Weigh(decoded.image, findings));
  cv::Mat right = cv::Mat::zeros(decoded.image.pixels.size(), CV_8U);
  if (!truth.empty()) cv::dilate(truth, right, cv::Mat::ones(5, 5, CV_8U));
  for (std::size_t i = 0; i < weighed.size(); ++i) {
    const cv::Mat &changed = weighed[i].changed, here = right(findings[i].box);
    const int px = cv::countNonZero(changed), rightly = cv::countNonZero(changed & here);
    std::ostream& out = tables.findings;
    out << name << ',' << photo << ',' << px << ',' << rightly << ',' << weighed[i].views.size() << ',' << roots[i];
    for (const float feature : erase::ToFeatures(weighed[i].evidence)) out << ',' << feature;
    out << '\n';
    for (const cv::Mat& view : weighed[i].views)
      tables.views.write(view.ptr<char>(), static_cast<std::streamsize>(view.total() * view.elemSize()));
    if (rightly > kRightMin * static_cast<float>(px))
      ListStrokes(name, photo, weighed[i].strokes, here, tables.strokes);
  }
  return {};
}

Status Main(const Flags& flags) {
  ASSIGN_OR_RETURN(const Fonts fonts, Fonts::Find());
  ASSIGN_OR_RETURN(const Photos photos, Photos::OfFolder(flags.photos));
  const std::filesystem::path models = flags.models;
  Engine engine;
  ASSIGN_OR_RETURN(engine.locator, locate::Locator::Create(models / "locate.onnx", 1));
  ASSIGN_OR_RETURN(engine.eraser, erase::Eraser::Create(models, 1));

  Tables tables{std::ofstream(flags.table), std::ofstream(flags.views, std::ios::binary), std::ofstream(flags.strokes)};
  std::ostream &out = tables.findings, &strokes = tables.strokes;
  out << "file,photo,changed,right,views,finding";
  for (const char* name : erase::kFeatureNames) out << ',' << name;
  out << '\n';
  strokes << "file,photo,px,right";
  for (const char* name : erase::kStrokeNames) strokes << ',' << name;
  strokes << '\n';
  int done = 0;
  auto cases = PlanCases(flags.seed, flags.per_kind.value_or(photos.count()), photos.count());
  std::erase_if(cases, [](const Case& one) { return one.spec.kind == Kind::kTiledText; });  // has another judge
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const Case& one = cases[i];
    ASSIGN_OR_RETURN(Composite composite, Make(one, photos, fonts));
    if (i % kAccompanied == 0) TRY(Accompany(cases[(i + cases.size() / 3) % cases.size()], one, fonts, composite));
    TRY(Weigh(engine, Name(one.spec.kind), one.photo, composite.file, composite.mask, tables));
    std::fprintf(stderr, "\r%d composites", ++done);
  }
  constexpr std::array kCleanKinds = {CleanKind::kSceneText, CleanKind::kPng, CleanKind::kJpeg};
  const int per_photo = static_cast<int>(kCleanKinds.size());
  const int clean = flags.clean.value_or(per_photo * photos.count());
  for (int i = 0; i < clean; ++i) {
    const CleanKind kind = kCleanKinds[i % per_photo];
    const int photo = i / per_photo % photos.count();
    ASSIGN_OR_RETURN(const Bytes file, MakeClean(kind, flags.seed, i / per_photo, photos, fonts));
    TRY(Weigh(engine, Name(kind).substr(0, Name(kind).find(',')), photo, file, {}, tables));
    std::fprintf(stderr, "\r%d composites, %d clean", done, i + 1);
  }
  std::fputc('\n', stderr);
  if (!out.flush()) return Fail(ErrorCode::kIo, flags.table + " can't be written");
  if (!tables.views.flush()) return Fail(ErrorCode::kIo, flags.views + " can't be written");
  if (!strokes.flush()) return Fail(ErrorCode::kIo, flags.strokes + " can't be written");
  return {};
}

}  // namespace
}  // namespace removr::bench

int main(int argc, char** argv) {
  removr::bench::Flags flags;
  CLI::App app("Lists the evidence for and against each finding, to fit the judge on (training/fit_judges.py).");
  app.add_option("--photos", flags.photos, "a folder of clean photographs that the networks never saw")->required();
  app.add_option("--table", flags.table, "the CSV file to write")->required();
  app.add_option("--views", flags.views,
                 "the file for what the judge's network is shown of them (training/train_judge.py)");
  app.add_option("--strokes", flags.strokes, "the CSV file for the strokes of what is right (fit_judges.py strokes)");
  app.add_option("--models", flags.models, "the folder with the networks")->capture_default_str();
  app.add_option("--per-kind", flags.per_kind, "composites per kind of overlay (default: one on each photograph)");
  app.add_option("--clean", flags.clean, "files without overlays (default: three of each photograph)");
  app.add_option("--seed", flags.seed, "another seed, other overlays")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  const auto status = removr::bench::Main(flags);
  if (!status) std::cerr << status.error().message << '\n';
  return status ? 0 : 1;
}
