// fill: what a hole's content is worth, for removr's fill and its peers, given
// the same true mask. docs/fill.md says what the numbers mean.
#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <iostream>
#include <opencv2/imgproc.hpp>
#include <opencv2/photo.hpp>

#include "bench/child.h"
#include "bench/files.h"
#include "bench/fonts.h"
#include "bench/metrics.h"
#include "bench/overlay.h"
#include "bench/photos.h"
#include "bench/split.h"
#include "bench/table.h"
#include "engine/erase/fill.h"

namespace removr::bench {
namespace {

namespace fs = std::filesystem;

struct Flags {
  std::vector<std::string> photos, hold_outs;
  std::string gmic = "/usr/bin/gmic", keep;
  int holes = 100;
  std::uint64_t seed = 1;
  bool markdown = false, with_gmic = true;
};

// What a hole has the shape of; sizes are widths over the image's.
struct Shape {
  const char* name;
  Kind kind;
  double low, high;
  int share;  // of 10 holes
};
constexpr std::array<Shape, 4> kShapes = {{{"thin text", Kind::kTranslucentText, .08, .4, 4},
                                           {"logo 2 to 5 %", Kind::kSolidLogo, .02, .05, 2},
                                           {"logo 5 to 10 %", Kind::kSolidLogo, .05, .1, 2},
                                           {"logo 10 to 15 %", Kind::kSolidLogo, .1, .15, 2}}};

struct Case {
  const Shape* shape;
  cv::Mat truth, marked, mask;  // CV_8UC3 B G R, and CV_8UC1
  std::string name;
};

struct Score {
  std::vector<double> psnr, texture, seam, seconds;
};

using Method = std::function<Result<cv::Mat>(const Case&, double& seconds)>;

// Processor time, which a busy machine doesn't stretch.
double Now() {
  timespec time = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

cv::Mat Border(const cv::Mat& mask) {
  cv::Mat outer, inner;
  cv::dilate(mask, outer, cv::Mat::ones(3, 3, CV_8U));
  cv::erode(mask, inner, cv::Mat::ones(3, 3, CV_8U));
  return outer & ~inner;
}

double Ratio(const cv::Mat& result, const cv::Mat& truth, const cv::Mat& where) {
  const double of_truth = MeanGradient(truth, where);
  return of_truth > 0 ? MeanGradient(result, where) / of_truth : 1;
}

void Add(const Case& one, const cv::Mat& result, double seconds, Score& score) {
  score.psnr.push_back(Psnr(result, one.truth, one.mask));
  score.texture.push_back(Ratio(result, one.truth, one.mask));
  score.seam.push_back(Ratio(result, one.truth, Border(one.mask)));
  score.seconds.push_back(seconds);
}

Result<cv::Mat> FillOurs(const Case& one, double& seconds) {
  cv::Mat rgb, result;
  cv::cvtColor(one.marked, rgb, cv::COLOR_BGR2RGB);
  rgb.convertTo(rgb, CV_32F, 1 / 255.);
  const double start = Now();
  rgb = erase::Fill(rgb, one.mask, {.avoid = {}, .guide = {}, .smear_px = 0});
  seconds = Now() - start;
  rgb.convertTo(rgb, CV_8U, 255);
  cv::cvtColor(rgb, result, cv::COLOR_RGB2BGR);
  return result;
}

Result<cv::Mat> FillTelea(const Case& one, double& seconds) {
  constexpr double kRadiusPx = 5;  // as in docs/quality.md
  cv::Mat result;
  const double start = Now();
  cv::inpaint(one.marked, one.mask, result, kRadiusPx, cv::INPAINT_TELEA);
  seconds = Now() - start;
  return result;
}

// G'MIC's command `inpaint`, its patch variant. Its time is that of the program
// less what it takes to start, read and write alone.
Result<cv::Mat> FillGmic(const Case& one, const std::string& gmic, const fs::path& folder, double& seconds) {
  ASSIGN_OR_RETURN(const Bytes picture, Encode(one.marked, FileKind::kPng, 0));
  ASSIGN_OR_RETURN(const Bytes mask, Encode(one.mask, FileKind::kPng, 0));
  TRY(WriteFile(folder / "in.png", picture));
  TRY(WriteFile(folder / "mask.png", mask));
  std::vector<std::string> command = {gmic, "-v", "-", "-i", folder / "in.png", "-i", folder / "mask.png"};
  const std::vector<std::string> write = {"-o[0]", folder / "out.png"};
  std::vector<std::string> idle = command;
  idle.insert(idle.end(), write.begin(), write.end());
  command.insert(command.end(), {"-inpaint[0]", "[1],7"});
  command.insert(command.end(), write.begin(), write.end());
  ASSIGN_OR_RETURN(const Cost nothing, RunChild(idle));
  ASSIGN_OR_RETURN(const Cost cost, RunChild(command));
  seconds = std::max(0., cost.cpu_seconds - nothing.cpu_seconds);
  ASSIGN_OR_RETURN(const Bytes out, ReadFile(folder / "out.png"));
  return Decode(out);
}

// Photographs that holes are cut into.
struct Set {
  Photos photos;
  std::vector<int> wanted;
};

Result<Set> Open(const std::string& folder, bool hold_out) {
  ASSIGN_OR_RETURN(Photos photos, Photos::OfFolder(folder));
  Set set{std::move(photos), {}};
  for (int i = 0; i < set.photos.count(); ++i)
    if (!hold_out || IsHoldOut(set.photos.name(i) + ".jpg")) set.wanted.push_back(i);
  if (set.wanted.empty()) return Fail(ErrorCode::kIo, "nothing held out in " + folder);
  return set;
}

Result<Case> MakeCase(const Flags& flags, const Set& set, const Fonts& fonts, int index) {
  int place = index % 10;
  const Shape* shape = kShapes.data();
  while (place >= shape->share) place -= (shape++)->share;
  Case one;
  one.shape = shape;
  const int photo = set.wanted[static_cast<std::size_t>(index) % set.wanted.size()];
  ASSIGN_OR_RETURN(one.truth, set.photos.Load(photo));
  Rng rng(flags.seed, static_cast<std::uint64_t>(index), 0);
  const Spec spec{shape->kind, rng.LogUniform(shape->low, shape->high), 1};
  const Overlay overlay = DrawOverlay(fonts, rng, spec, one.truth.size());
  one.mask = overlay.TrueMask();
  one.marked = overlay.Over(one.truth);
  one.name = std::to_string(index) + "-" + set.photos.name(photo);
  return one;
}

Status Keep(const Flags& flags, const Case& one, const std::vector<cv::Mat>& results) {
  if (flags.keep.empty()) return {};
  const cv::Rect box = cv::boundingRect(one.mask);
  const int by = 24;
  const cv::Rect window =
      cv::Rect(box.x - by, box.y - by, box.width + 2 * by, box.height + 2 * by) & cv::Rect({}, one.mask.size());
  std::vector<cv::Mat> row = {one.marked(window), one.truth(window)};
  for (const cv::Mat& result : results) row.push_back(result(window));
  cv::Mat sheet;
  if (window.width > 2 * window.height)
    cv::vconcat(row, sheet);
  else
    cv::hconcat(row, sheet);
  ASSIGN_OR_RETURN(const Bytes png, Encode(sheet, FileKind::kPng, 0));
  return WriteFile(fs::path(flags.keep) / (one.name + ".png"), png);
}

Status RunAll(const Flags& flags, const fs::path& folder) {
  ASSIGN_OR_RETURN(const Fonts fonts, Fonts::Find());
  std::vector<std::pair<std::string, Method>> methods;
  methods.emplace_back("removr", [](const Case& one, double& s) { return FillOurs(one, s); });
  methods.emplace_back("Telea", [](const Case& one, double& s) { return FillTelea(one, s); });
  if (flags.with_gmic && fs::exists(flags.gmic))
    methods.emplace_back("G'MIC", [&](const Case& one, double& s) { return FillGmic(one, flags.gmic, folder, s); });
  std::vector<std::vector<Score>> scores(kShapes.size(), std::vector<Score>(methods.size()));
  std::vector<Set> sets;
  for (const std::string& photos : flags.photos) {
    ASSIGN_OR_RETURN(sets.emplace_back(), Open(photos, false));
  }
  for (const std::string& photos : flags.hold_outs) {
    ASSIGN_OR_RETURN(sets.emplace_back(), Open(photos, true));
  }
  if (sets.empty()) return Fail(ErrorCode::kIo, "no folder of photographs");
  for (int i = 0; i < flags.holes; ++i) {
    ASSIGN_OR_RETURN(const Case one, MakeCase(flags, sets[static_cast<std::size_t>(i) % sets.size()], fonts, i));
    std::vector<cv::Mat> results;
    for (std::size_t m = 0; m < methods.size(); ++m) {
      double seconds = 0;
      ASSIGN_OR_RETURN(results.emplace_back(), methods[m].second(one, seconds));
      Add(one, results.back(), seconds, scores[static_cast<std::size_t>(one.shape - kShapes.data())][m]);
    }
    TRY(Keep(flags, one, results));
    std::fprintf(stderr, "\r%d/%d", i + 1, flags.holes);
  }
  std::fputc('\n', stderr);
  Table table({"hole", "method", "n", "PSNR", "texture", "seam", "seconds", "of G'MIC's time"});
  for (std::size_t s = 0; s < kShapes.size(); ++s)
    for (std::size_t m = 0; m < methods.size(); ++m) {
      const Score& score = scores[s][m];
      table.Add(
          {kShapes[s].name, methods[m].first, std::to_string(score.psnr.size()), Number(Summarise(score.psnr).mean, 2),
           Number(Summarise(score.texture).median, 2), Number(Summarise(score.seam).median, 2),
           Number(Summarise(score.seconds).mean, 3),
           methods.size() < 3 ? "" : Number(Summarise(score.seconds).mean / Summarise(scores[s][2].seconds).mean, 3)});
    }
  std::cout << table.Text(flags.markdown);
  return {};
}

Status Main(const Flags& flags) {
  std::string pattern = fs::temp_directory_path() / "removr-fill-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) return Fail(ErrorCode::kIo, "no temporary folder");
  const Status status = RunAll(flags, pattern);
  fs::remove_all(pattern);
  return status;
}

}  // namespace
}  // namespace removr::bench

int main(int argc, char** argv) {
  removr::bench::Flags flags;
  CLI::App app("Scores removr's fill on holes cut into photographs.");
  app.add_option("--photos", flags.photos, "folders of clean photographs, taken in turn");
  app.add_option("--hold-out", flags.hold_outs, "likewise, but only what training never sees of them");
  app.add_option("--holes", flags.holes, "how many")->check(CLI::Range(1, 10000))->capture_default_str();
  app.add_option("--seed", flags.seed, "another seed, other holes")->capture_default_str();
  app.add_option("--gmic", flags.gmic, "G'MIC's program")->capture_default_str();
  app.add_flag("!--no-gmic", flags.with_gmic, "leave G'MIC out");
  app.add_option("--keep", flags.keep, "write every hole, its truth and what was filled in into this folder");
  app.add_flag("--markdown", flags.markdown, "print the table as Markdown");
  CLI11_PARSE(app, argc, argv);
  const auto status = removr::bench::Main(flags);
  if (!status) std::cerr << status.error().message << '\n';
  return status ? 0 : 1;
}
