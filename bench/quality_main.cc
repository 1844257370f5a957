// quality: how well removr finds and removes overlays. docs/quality.md says what the numbers mean.
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>
#include <opencv2/core.hpp>

#include "bench/demo.h"
#include "bench/report.h"
#include "bench/sheet.h"

namespace removr::bench {
namespace {

namespace fs = std::filesystem;

struct Flags {
  std::string photos, models = REMOVR_MODELS_DIR, sheet, json, demo, only;
  int per_kind = 24, threads = 1;
  std::uint64_t seed = 1;
  bool markdown = false, peers = true;
};

constexpr int kSheetRows = 24, kSheetCleanRows = 6;

struct Bench {
  const Flags& flags;
  Photos photos;
  Fonts fonts;
  std::unique_ptr<engine::Engine> engine;

  Scorer NewScorer() const { return {*engine, flags.peers}; }
};

double PeakMemoryMib() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

Result<Bench> SetUp(const Flags& flags) {
  ASSIGN_OR_RETURN(Fonts fonts, Fonts::Find());
  Photos photos = Photos::Drawn(flags.seed, flags.per_kind);
  if (!flags.photos.empty()) {
    ASSIGN_OR_RETURN(photos, Photos::OfFolder(flags.photos));
  }
  engine::Config config;
  config.models = flags.models;
  config.threads = flags.threads;
  ASSIGN_OR_RETURN(auto engine, engine::Engine::Create(std::move(config)));
  return Bench{flags, std::move(photos), std::move(fonts), std::move(engine)};
}

void Progress(const std::string& label, std::size_t done, std::size_t all) {
  std::fprintf(stderr, "\r%4zu/%zu %-70.70s", done, all, label.c_str());
  if (done == all) std::fputc('\n', stderr);
}

Result<Scored> ScoreOne(const Bench& bench, const Case& one) {
  ASSIGN_OR_RETURN(const Composite composite, Make(one, bench.photos, bench.fonts));
  return bench.NewScorer().Run(one, composite);
}

Result<CleanScored> ScoreOneClean(const Bench& bench, CleanKind kind, int index) {
  ASSIGN_OR_RETURN(const Bytes file, MakeClean(kind, bench.flags.seed, index, bench.photos, bench.fonts));
  return bench.NewScorer().RunClean(kind, index, file);
}

Result<Run> RunAll(const Bench& bench) {
  const Flags& flags = bench.flags;
  Run run;
  run.seed = flags.seed;
  run.photos = flags.photos.empty() ? "drawn scenes" : std::to_string(bench.photos.count()) + " photographs";
  run.fonts = std::to_string(bench.fonts.names().size()) + " of " + std::to_string(bench.fonts.wanted_count()) +
              " hold-out fonts";
  run.threads = flags.threads;
  run.with_peers = flags.peers;
  std::vector<Case> cases = PlanCases(flags.seed, flags.per_kind, bench.photos.count());
  if (!flags.only.empty()) std::erase_if(cases, [&](const Case& one) { return Name(one.spec.kind) != flags.only; });
  if (cases.empty()) return Fail(ErrorCode::kBadRequest, "no kind of overlay is called " + flags.only);
  for (const Case& one : cases) {
    ASSIGN_OR_RETURN(const Scored scored, ScoreOne(bench, one));
    run.scores.push_back(scored.score);
    Progress(one.Label(bench.photos), run.scores.size(), cases.size());
  }
  for (const CleanKind kind : {CleanKind::kPng, CleanKind::kJpeg, CleanKind::kSceneText}) {
    if (!flags.only.empty()) break;
    const int count = kind == CleanKind::kSceneText ? flags.per_kind : std::min(bench.photos.count(), flags.per_kind);
    for (int i = 0; i < count; ++i) {
      ASSIGN_OR_RETURN(const CleanScored scored, ScoreOneClean(bench, kind, i));
      run.clean.push_back(scored.score);
      Progress(std::string(Name(kind)), i + 1, count);
    }
  }
  run.peak_memory_mib = PeakMemoryMib();
  return run;
}

// Scores the worst again, as keeping every picture would take gigabytes.
Status WriteSheet(const Bench& bench, const Run& run) {
  std::vector<CleanScore> touched;
  std::ranges::copy_if(run.clean, std::back_inserter(touched), &CleanScore::touched);
  std::ranges::stable_sort(touched, std::greater<>(), &CleanScore::changed_share);
  touched.resize(std::min<std::size_t>(touched.size(), kSheetCleanRows));
  std::vector<cv::Mat> rows;
  for (const int i : Worst(run.scores, kSheetRows - static_cast<int>(touched.size()))) {
    const Score& score = run.scores[i];
    ASSIGN_OR_RETURN(const Scored again, ScoreOne(bench, score.one));
    char numbers[120];
    std::snprintf(numbers, sizeof numbers, " | %.1f -> %.1f dB, IoU %.2f, %s, rest %.2f", score.psnr_before,
                  score.removr.psnr, score.iou, std::string(engine::Name(score.verdict)).c_str(), score.rest);
    rows.push_back(SheetRow(again.exhibit, "#" + std::to_string(i) + " " + score.one.Label(bench.photos) + numbers));
  }
  for (const CleanScore& score : touched) {
    ASSIGN_OR_RETURN(const CleanScored again, ScoreOneClean(bench, score.kind, score.index));
    rows.push_back(SheetRow(again.exhibit, bench.photos.name(score.index % bench.photos.count()) + " " +
                                               std::string(Name(score.kind)) + " | nothing to find"));
  }
  if (rows.empty()) return {};
  ASSIGN_OR_RETURN(const Bytes png, Encode(Sheet(rows), FileKind::kPng, 0));
  return WriteFile(bench.flags.sheet, png);
}

Status Main(const Flags& flags) {
  if (!flags.demo.empty()) return WriteDemo(flags.demo, flags.seed);
  ASSIGN_OR_RETURN(const Bench bench, SetUp(flags));
  ASSIGN_OR_RETURN(const Run run, RunAll(bench));
  std::cout << Report(run, flags.markdown);
  if (!flags.json.empty()) {
    const std::string json = Json(run, bench.photos);
    TRY(WriteFile(flags.json, {reinterpret_cast<const std::uint8_t*>(json.data()), json.size()}));
  }
  return flags.sheet.empty() ? Status() : WriteSheet(bench, run);
}

}  // namespace
}  // namespace removr::bench

int main(int argc, char** argv) {
  removr::bench::Flags flags;
  CLI::App app("Scores removr on photographs with overlays of known opacity.");
  app.add_option("--photos", flags.photos, "a folder of clean photographs; without it, scenes are drawn");
  app.add_option("--models", flags.models, "the folder with the networks")->capture_default_str();
  app.add_option("--per-kind", flags.per_kind, "composites per kind of overlay")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  app.add_option("--seed", flags.seed, "another seed, other overlays")->capture_default_str();
  app.add_option("--only", flags.only, "only overlays of this kind, as the table names it: 'tiled text'");
  app.add_option("--threads", flags.threads, "threads that the engine may use")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  app.add_option("--sheet", flags.sheet, "write a contact sheet of the worst 24 (PNG)");
  app.add_option("--json", flags.json, "write every number of every case");
  app.add_option("--demo", flags.demo, "only write scene-marked.jpg and scene-truth.png into this folder");
  app.add_flag("--markdown", flags.markdown, "print the tables as Markdown");
  app.add_flag("!--no-peers", flags.peers, "leave OpenCV's inpainting out");
  CLI11_PARSE(app, argc, argv);
  const auto status = removr::bench::Main(flags);
  if (!status) std::cerr << status.error().message << '\n';
  return status ? 0 : 1;
}
