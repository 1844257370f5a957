// template: how well removr finds an overlay that its owner still has, and takes it off. docs/template.md says what the
// numbers mean.
#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <ctime>
#include <iostream>
#include <opencv2/imgproc.hpp>

#include "bench/files.h"
#include "bench/fonts.h"
#include "bench/metrics.h"
#include "bench/owner_marks.h"
#include "bench/photos.h"
#include "bench/table.h"
#include "engine/engine.h"

namespace removr::bench {
namespace {

namespace fs = std::filesystem;

struct Flags {
  std::string photos, models = REMOVR_MODELS_DIR, keep;
  int cases = 96, first = 0, tiled = 12, clean = 48, threads = 1;
  std::uint64_t seed = 1;
  bool markdown = false, verbose = false;
};

// What becomes of the marked photograph.
enum class Fate { kPng, kJpeg420, kJpeg444, kRescaled };
constexpr int kFateCount = 4;
constexpr std::array<const char*, kFateCount> kFateNames = {"PNG", "JPEG 4:2:0 q90", "JPEG 4:4:4 q90",
                                                            "rescaled, JPEG q85"};

struct Case {
  int photo = 0, mark_index = 0;
  Fate fate = Fate::kPng;
  MarkPose pose;
  double opacity = 0;
  Scaler scaler = Scaler::kArea;
  cv::Mat mark, truth, shown;
  Bytes file;
  Overlay overlay;
};

struct Score {
  bool found = false;
  int placed = 0, findings = 0;
  double before = 0, after = 0, ideal = 0, iou = 0, opacity_error = 0, seconds = 0;
  engine::Verdict verdict = engine::Verdict::kNoOverlayFound;
};

double Now() {
  timespec time = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

cv::Mat Resized(const cv::Mat& plane, double by) {
  cv::Mat result;
  cv::resize(plane, result, {}, by, by, by < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
  return result;
}

Result<Bytes> Store(const cv::Mat& marked, Fate fate) {
  switch (fate) {
    case Fate::kPng: return Encode(marked, FileKind::kPng, 0);
    case Fate::kJpeg420: return Encode(marked, FileKind::kJpeg420, 90);
    case Fate::kJpeg444: return Encode(marked, FileKind::kJpeg444, 90);
    case Fate::kRescaled: break;
  }
  return Encode(marked, FileKind::kJpeg420, 85);
}

// A mark's size, place and opacity; `tiled`: rows of it over the whole picture.
Result<Case> MakeCase(const Flags& flags, const Photos& photos, const Fonts& fonts, int index, bool tiled) {
  Rng rng(flags.seed, static_cast<std::uint64_t>(index), tiled ? 1 : 0);
  Case one;
  one.mark_index = index % kMarkCount;
  one.photo = index % photos.count();
  one.fate = static_cast<Fate>(index / kMarkCount % kFateCount);
  one.mark = DrawMark(one.mark_index, fonts, rng);
  ASSIGN_OR_RETURN(one.truth, photos.Load(one.photo));
  const cv::Size size = one.truth.size();
  const double width = (tiled ? rng.LogUniform(.12, .25) : rng.LogUniform(.1, .7)) * size.width;
  one.pose.scale = std::clamp(std::min(width / one.mark.cols, .9 * size.height / one.mark.rows), .25, 4.0);
  one.pose.angle = rng.Chance(.5) ? 0 : rng.Uniform(-15, 15) * CV_PI / 180;
  one.opacity = rng.Uniform(.2, .7);
  one.scaler = static_cast<Scaler>(rng.Below(kScalerCount));
  const double half_width = one.mark.cols * one.pose.scale / 2, half_height = one.mark.rows * one.pose.scale / 2;
  const auto place = [&](double half, double side) {
    return rng.Uniform(std::min(half, side / 2), std::max(side - half, side / 2));
  };
  one.pose.center = {place(half_width, size.width), place(half_height, size.height)};
  if (!tiled) {
    one.overlay = PlaceMark(one.mark, one.pose, one.opacity, one.scaler, size);
  } else {
    const double step_x = 2.5 * half_width, step_y = 2 * half_height + .08 * size.height;
    one.overlay = {cv::Mat::zeros(size, CV_32F), cv::Mat::zeros(size, CV_32FC3)};
    for (int row = -12; row <= 12; ++row) {
      for (int column = -8; column <= 8; ++column) {
        const double x = column * step_x + row % 2 * step_x / 2, y = row * step_y;
        const double c = std::cos(one.pose.angle), s = std::sin(one.pose.angle);
        MarkPose pose = one.pose;
        pose.center += cv::Point2d(c * x - s * y, s * x + c * y);
        const Overlay tile = PlaceMark(one.mark, pose, one.opacity, one.scaler, size);
        one.overlay.opacity += tile.opacity;
        one.overlay.premultiplied += tile.premultiplied;
      }
    }
  }
  cv::Mat marked = one.overlay.Over(one.truth);
  if (one.fate == Fate::kRescaled) {
    const double by = rng.LogUniform(.5, 2);
    marked = Resized(marked, by);
    one.truth = Resized(one.truth, by);
    one.overlay = {Resized(one.overlay.opacity, by), Resized(one.overlay.premultiplied, by)};
  }
  ASSIGN_OR_RETURN(one.file, Store(marked, one.fate));
  ASSIGN_OR_RETURN(one.shown, Decode(one.file));
  return one;
}

// The true matte taken off the decoded file.
cv::Mat Invert(const Case& one) {
  cv::Mat result = one.shown.clone();
  for (int y = 0; y < result.rows; ++y) {
    for (int x = 0; x < result.cols; ++x) {
      const float a = std::min(one.overlay.opacity.at<float>(y, x), .999F);
      for (int c = 0; c < 3; ++c) {
        const float p = one.overlay.premultiplied.at<cv::Vec3f>(y, x)[c];
        auto& value = result.at<cv::Vec3b>(y, x)[c];
        value = cv::saturate_cast<std::uint8_t>((value - 255 * p) / (1 - a));
      }
    }
  }
  return result;
}

Result<owner::Template> AsTemplate(const cv::Mat& mark) {
  cv::Mat rgba;
  cv::cvtColor(mark, rgba, cv::COLOR_BGRA2RGBA);
  return owner::FromTransparent({.pixels = rgba, .has_alpha = true});
}

Result<Score> Run(const engine::Engine& engine, const Case& one, cv::Mat& result) {
  engine::Options options{.want_mask = true};
  ASSIGN_OR_RETURN(options.owner_template, AsTemplate(one.mark));
  const double start = Now();
  ASSIGN_OR_RETURN(const auto outcome, engine.Clean(one.file, options));
  Score score;
  score.seconds = (Now() - start) / (one.truth.total() * 1e-6);
  ASSIGN_OR_RETURN(result, Decode(outcome.bytes));
  ASSIGN_OR_RETURN(const cv::Mat mask, DecodeMask(outcome.mask_png));
  const cv::Mat inside = one.overlay.TrueMask();
  score.before = Psnr(one.shown, one.truth, inside);
  score.after = Psnr(result, one.truth, inside);
  score.ideal = Psnr(Invert(one), one.truth, inside);
  score.iou = Compare(mask, inside).iou;
  score.found = Compare(mask, inside).recall > .5 && score.after > score.before;
  score.findings = static_cast<int>(outcome.report.findings.size());
  score.verdict = outcome.report.verdict;
  for (const auto& finding : outcome.report.findings) score.opacity_error = finding.opacity / one.opacity - 1;
  return score;
}

std::string Spread(const std::vector<double>& values, int decimals) {
  const Summary s = Summarise(values);
  return Number(s.mean, decimals) + " ± " + Number(s.deviation, decimals);
}

std::string Quartiles(const std::vector<double>& values, int decimals) {
  const Summary s = Summarise(values);
  return Number(s.lower, decimals) + " / " + Number(s.median, decimals) + " / " + Number(s.upper, decimals);
}

struct Rows {
  std::vector<double> found, before, after, ideal, less, iou, seconds;
};

void Add(const Score& score, Rows& rows) {
  rows.found.push_back(score.found ? 100 : 0);
  rows.before.push_back(score.before);
  rows.iou.push_back(score.iou);
  rows.seconds.push_back(score.seconds);
  if (!score.found) return;
  rows.after.push_back(score.after);
  rows.ideal.push_back(score.ideal);
  rows.less.push_back(score.ideal - score.after);
}

Status Keep(const Flags& flags, const std::string& name, const Case& one, const cv::Mat& result) {
  if (flags.keep.empty()) return {};
  cv::Mat sheet;
  cv::hconcat(std::vector<cv::Mat>{one.shown, result, one.truth}, sheet);
  ASSIGN_OR_RETURN(const Bytes png, Encode(sheet, FileKind::kPng, 0));
  return WriteFile(fs::path(flags.keep) / (name + ".png"), png);
}

Status RunMarked(const Flags& flags, const engine::Engine& engine, const Photos& photos, const Fonts& fonts) {
  std::array<Rows, kFateCount + 1> rows;
  for (int i = flags.first; i < flags.first + flags.cases + flags.tiled; ++i) {
    const bool tiled = i >= flags.first + flags.cases;
    ASSIGN_OR_RETURN(const Case one, MakeCase(flags, photos, fonts, i, tiled));
    cv::Mat result;
    ASSIGN_OR_RETURN(const Score score, Run(engine, one, result));
    Add(score, rows[tiled ? kFateCount : static_cast<std::size_t>(one.fate)]);
    const std::string name = std::to_string(i) + (tiled ? "t" : "");
    TRY(Keep(flags, name, one, result));
    if (flags.verbose) {
      std::printf(
          "%s %s, %s, %s, %s, scale %.2f, %.1f degrees, opacity %.2f (%+.1f %%): %s, %d findings, %s; before %.1f "
          "after %.2f ideal %.2f "
          "IoU %.2f, %.2f s/MP\n",
          name.c_str(), photos.name(one.photo).c_str(), std::string(MarkName(one.mark_index)).c_str(),
          kFateNames[static_cast<std::size_t>(one.fate)], std::string(Name(one.scaler)).c_str(), one.pose.scale,
          one.pose.angle * 180 / CV_PI, one.opacity, score.opacity_error * 100, score.found ? "found" : "MISSED",
          score.findings, std::string(engine::Name(score.verdict)).c_str(), score.before, score.after, score.ideal,
          score.iou, score.seconds);
      std::fflush(stdout);
    }
  }
  Table table(
      {"file", "n", "found %", "before", "after", "quartiles", "true matte", "less than that", "IoU", "CPU s/MP"});
  for (std::size_t f = 0; f < rows.size(); ++f) {
    const Rows& r = rows[f];
    if (r.found.empty()) continue;
    table.Add({f < kFateCount ? kFateNames[f] : "tiled, all of these", std::to_string(r.found.size()),
               Number(Summarise(r.found).mean, 1), Spread(r.before, 1), Spread(r.after, 1), Quartiles(r.after, 1),
               Spread(r.ideal, 1), Spread(r.less, 2), Number(Summarise(r.iou).mean, 2), Spread(r.seconds, 2)});
  }
  std::cout << table.Text(flags.markdown);
  return {};
}

Status RunClean(const Flags& flags, const engine::Engine& engine, const Photos& photos, const Fonts& fonts) {
  int false_finds = 0;
  for (int i = 0; i < flags.clean; ++i) {
    Rng rng(flags.seed, static_cast<std::uint64_t>(i), 2);
    const int mark = (i + i / photos.count()) % kMarkCount;
    ASSIGN_OR_RETURN(const cv::Mat photo, photos.Load(i % photos.count()));
    ASSIGN_OR_RETURN(const Bytes file, Encode(photo, i % 2 == 0 ? FileKind::kPng : FileKind::kJpeg420, 90));
    engine::Options options;
    ASSIGN_OR_RETURN(options.owner_template, AsTemplate(DrawMark(mark, fonts, rng)));
    ASSIGN_OR_RETURN(const auto outcome, engine.Clean(file, options));
    if (outcome.bytes == file) continue;
    ++false_finds;
    const auto& finding = outcome.report.findings[0];
    std::printf("false find: %s, %s, %dx%d at %d,%d, opacity %.2f, confidence %.2f\n",
                photos.name(i % photos.count()).c_str(), std::string(MarkName(mark)).c_str(), finding.box.width,
                finding.box.height, finding.box.x, finding.box.y, finding.opacity, finding.confidence);
  }
  std::printf("\nClean files: %d, of which %d were touched.\n", flags.clean, false_finds);
  return {};
}

Status Main(const Flags& flags) {
  ASSIGN_OR_RETURN(const Fonts fonts, Fonts::Find());
  Photos photos = Photos::Drawn(flags.seed, 24);
  if (!flags.photos.empty()) {
    ASSIGN_OR_RETURN(photos, Photos::OfFolder(flags.photos));
  }
  engine::Config config;
  config.models = flags.models;
  config.threads = flags.threads;
  ASSIGN_OR_RETURN(const auto engine, engine::Engine::Create(std::move(config)));
  TRY(RunMarked(flags, *engine, photos, fonts));
  return RunClean(flags, *engine, photos, fonts);
}

}  // namespace
}  // namespace removr::bench

int main(int argc, char** argv) {
  removr::bench::Flags flags;
  CLI::App app("Scores removr on photographs with an overlay whose owner still has it.");
  app.add_option("--photos", flags.photos, "a folder of clean photographs; without it, scenes are drawn");
  app.add_option("--models", flags.models, "the folder with the networks")->capture_default_str();
  app.add_option("--cases", flags.cases, "photographs with one mark")->capture_default_str();
  app.add_option("--first", flags.first, "the first case's number")->capture_default_str();
  app.add_option("--tiled", flags.tiled, "photographs with tiles")->capture_default_str();
  app.add_option("--clean", flags.clean, "photographs without a mark")->capture_default_str();
  app.add_option("--seed", flags.seed, "another seed, other marks")->capture_default_str();
  app.add_option("--threads", flags.threads, "threads that the engine may use")->capture_default_str();
  app.add_option("--keep", flags.keep, "write before, after and truth of every case into this folder");
  app.add_flag("--markdown", flags.markdown, "print the table as Markdown");
  app.add_flag("--verbose", flags.verbose, "print every case");
  CLI11_PARSE(app, argc, argv);
  const auto status = removr::bench::Main(flags);
  if (!status) std::cerr << status.error().message << '\n';
  return status ? 0 : 1;
}
