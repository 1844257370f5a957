// speed: seconds and memory of `removr clean` on whole files, beside OpenCV's Telea inpainting with the true mask.
//
// Every step is a process of its own, this program calling itself for its own steps: peak memory is then the step's
// alone.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <opencv2/photo.hpp>
#include <thread>

#include "bench/child.h"
#include "bench/files.h"
#include "bench/fonts.h"
#include "bench/overlay.h"
#include "bench/scene.h"
#include "bench/table.h"

namespace removr::bench {
namespace {

namespace fs = std::filesystem;

constexpr double kAspect = 1.5;
constexpr int kJpegQuality = 90;
constexpr double kTeleaRadiusPx = 5;

struct Flags {
  std::string removr = REMOVR_BINARY, make, telea;
  std::vector<double> megapixels = {1, 12, 24};
  int rounds = 5;
  bool markdown = false;
};

// The two files of a step: photo.jpg with one overlay of 10 % of its width, and mask.png, where it is.
struct Files {
  fs::path folder;
  std::string photo() const { return folder / "photo.jpg"; }
  std::string mask() const { return folder / "mask.png"; }
  std::string filled() const { return folder / "filled.jpg"; }
};

cv::Size SizeOf(double megapixels) {
  const int width = static_cast<int>(std::lround(std::sqrt(megapixels * 1e6 * kAspect)));
  return {width, static_cast<int>(std::lround(width / kAspect))};
}

Status MakeFiles(const Files& files, double megapixels) {
  const cv::Mat scene = DrawScene(1, SceneKind::kHills, SizeOf(megapixels));
  ASSIGN_OR_RETURN(const Fonts fonts, Fonts::Find());
  Rng rng(2);
  const Overlay overlay = DrawOverlay(fonts, rng, {Kind::kTranslucentText, .1, .5}, scene.size());
  ASSIGN_OR_RETURN(const Bytes photo, Encode(overlay.Over(scene), FileKind::kJpeg420, kJpegQuality));
  ASSIGN_OR_RETURN(const Bytes mask, Encode(overlay.TrueMask(), FileKind::kPng, 0));
  TRY(WriteFile(files.photo(), photo));
  return WriteFile(files.mask(), mask);
}

Status FillWithTelea(const Files& files) {
  ASSIGN_OR_RETURN(const Bytes photo, ReadFile(files.photo()));
  ASSIGN_OR_RETURN(const Bytes mask_png, ReadFile(files.mask()));
  ASSIGN_OR_RETURN(const cv::Mat image, Decode(photo));
  ASSIGN_OR_RETURN(const cv::Mat mask, DecodeMask(mask_png));
  cv::Mat filled;
  cv::inpaint(image, mask, filled, kTeleaRadiusPx, cv::INPAINT_TELEA);
  ASSIGN_OR_RETURN(const Bytes jpeg, Encode(filled, FileKind::kJpeg420, kJpegQuality));
  return WriteFile(files.filled(), jpeg);
}

struct Times {
  std::vector<double> seconds, cpu_seconds, memory;
  void Add(const Cost& cost) {
    seconds.push_back(cost.seconds);
    cpu_seconds.push_back(cost.cpu_seconds);
    memory.push_back(cost.peak_memory_mib);
  }
};

struct Measured {
  double megapixels = 0;
  Times removr, telea;
};

Result<Measured> Measure(const Flags& flags, const std::string& self, const fs::path& folder, double megapixels) {
  const Files files{folder};
  TRY(RunChild({self, "--make", folder, "--megapixels", std::to_string(megapixels)}));
  Measured measured;
  measured.megapixels = SizeOf(megapixels).area() / 1e6;
  for (int round = 0; round < flags.rounds; ++round) {  // interleaved, so that a busy moment meets both
    ASSIGN_OR_RETURN(const Cost ours,
                     RunChild({flags.removr, "clean", files.photo(), "-o", folder / "out", "--force"}));
    ASSIGN_OR_RETURN(const Cost peer, RunChild({self, "--telea", folder}));
    measured.removr.Add(ours);
    measured.telea.Add(peer);
    std::fprintf(stderr, "%.0f megapixels, round %d: removr %.2f s, Telea %.2f s\n", megapixels, round + 1,
                 ours.seconds, peer.seconds);
  }
  return measured;
}

void AddRow(Table& table, const Measured& measured, const std::string& method, const Times& times) {
  const Summary seconds = Summarise(times.seconds);
  const auto [fastest, slowest] = std::ranges::minmax(times.seconds);
  table.Add({Number(measured.megapixels, 1), method, std::to_string(times.seconds.size()), Number(seconds.median, 2),
             Number(fastest, 2) + " to " + Number(slowest, 2), Number(seconds.median / measured.megapixels, 3),
             Number(Summarise(times.cpu_seconds).median / measured.megapixels, 3),
             Number(*std::ranges::max_element(times.memory), 0),
             Number(seconds.median / Summarise(measured.telea.seconds).median, 2)});
}

Status RunAll(const Flags& flags, const std::string& self) {
  std::string pattern = fs::temp_directory_path() / "removr-speed-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) return Fail(ErrorCode::kIo, "no temporary folder");
  const fs::path folder = pattern;
  Table table({"megapixels", "method", "runs", "seconds, median", "fastest to slowest", "s/MP", "CPU s/MP", "peak MiB",
               "time over Telea's"});
  Status status;
  for (const double megapixels : flags.megapixels) {
    const auto measured = Measure(flags, self, folder, megapixels);
    if (!measured) {
      status = tl::unexpected<Error>(measured.error());
      break;
    }
    AddRow(table, *measured, "removr clean", measured->removr);
    AddRow(table, *measured, "Telea, true mask", measured->telea);
  }
  fs::remove_all(folder);
  TRY(status);
  std::cout << std::thread::hardware_concurrency() << " cores; whole processes: start, load, decode, work, encode.\n\n"
            << table.Text(flags.markdown);
  return {};
}

Status Main(const Flags& flags, const std::string& self) {
  if (!flags.make.empty()) return MakeFiles({flags.make}, flags.megapixels.front());
  if (!flags.telea.empty()) return FillWithTelea({flags.telea});
  return RunAll(flags, self);
}

}  // namespace
}  // namespace removr::bench

int main(int argc, char** argv) {
  removr::bench::Flags flags;
  CLI::App app("Times `removr clean` on large files.");
  app.add_option("--removr", flags.removr, "the binary to time")->capture_default_str();
  app.add_option("--megapixels", flags.megapixels, "sizes to time")->delimiter(',')->capture_default_str();
  app.add_option("--rounds", flags.rounds, "runs of each, interleaved")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_flag("--markdown", flags.markdown, "print the table as Markdown");
  app.add_option("--make", flags.make, "(a step) write the files into this folder");
  app.add_option("--telea", flags.telea, "(a step) fill the files of this folder");
  CLI11_PARSE(app, argc, argv);
  const auto status = removr::bench::Main(flags, "/proc/self/exe");
  if (!status) std::cerr << status.error().message << '\n';
  return status ? 0 : 1;
}
