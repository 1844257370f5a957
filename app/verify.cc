// removr verify: what changed between two files, and that nothing else did.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/files.h"
#include "app/report.h"
#include "engine/receipt/compare.h"

namespace removr::app {
namespace {

constexpr std::size_t kRegionsShown = 20;

struct VerifyOptions {
  std::string before, after, picture;
  bool json = false;
};

using File = std::vector<std::uint8_t>;

std::string FileLine(const char* label, const std::string& path, const File& file, Format format, cv::Size size) {
  return fmt::format("{:<10}{}: {}, {} x {} px, {} bytes, SHA-256 {}\n", label, PrintablePath(path), Name(format),
                     size.width, size.height, file.size(), Sha256Hex(file));
}

std::string PartsText(const receipt::Comparison& comparison) {
  if (comparison.before_format != comparison.after_format) return "metadata  not compared: the formats differ\n";
  if (comparison.parts.empty()) return "metadata  identical, every segment or chunk beside the pixels\n";
  std::string text = "metadata  ";
  for (const receipt::PartDifference& part : comparison.parts)
    text += fmt::format("{}{} ({})", &part == &comparison.parts.front() ? "" : ", ", part.name, Name(part.what));
  return text + "\n";
}

std::string PixelsText(const receipt::Comparison& comparison) {
  if (!comparison.same_layout) return "pixels    not compared: size, colours, depth or alpha differ\n";
  std::string text = fmt::format("pixels    {} of {} changed ({:.3g} %), the largest difference is {:.6g}\n",
                                 comparison.pixels_changed, comparison.changed.total(),
                                 100 * comparison.ChangedFraction(), comparison.max_difference);
  text += fmt::format("regions   {}\n", comparison.regions.size());
  for (std::size_t i = 0; i < comparison.regions.size() && i < kRegionsShown; ++i) {
    const cv::Rect box = comparison.regions[i].box;
    text += fmt::format("            {} x {} px at {},{}\n", box.width, box.height, box.x, box.y);
  }
  if (comparison.regions.size() > kRegionsShown)
    text += fmt::format("            and {} smaller ones\n", comparison.regions.size() - kRegionsShown);
  return text;
}

std::string JpegText(const receipt::Comparison& comparison) {
  if (!comparison.jpeg) return "";
  const codec::JpegComparison& jpeg = *comparison.jpeg;
  if (!jpeg.same_frame) return "blocks    not compared: size or sampling differs\n";
  return fmt::format("blocks    {} of {} have other coefficients, all others the same; the quantisation tables {}\n",
                     jpeg.blocks_changed, jpeg.blocks, jpeg.same_tables ? "are identical" : "DIFFER");
}

std::string Text(const VerifyOptions& options, const File& before, const File& after,
                 const receipt::Comparison& comparison) {
  std::string text = FileLine("before", options.before, before, comparison.before_format, comparison.before_size) +
                     FileLine("after", options.after, after, comparison.after_format, comparison.after_size);
  if (comparison.same_bytes) return text + "The files are identical, byte for byte.";
  text += PartsText(comparison) + PixelsText(comparison) + JpegText(comparison);
  return text + (comparison.OnlyCompactRegions() ? "Only compact regions changed, and nothing else in the file."
                                                 : "More than compact regions changed.");
}

// An error in words, with the file that it is about.
int Refuse(const std::string& path, const Error& error) {
  const bool ours = error.code == ErrorCode::kIo || error.code == ErrorCode::kEngineFailure;
  fmt::print(stderr, "removr: {}: {}\n", PrintablePath(path), ours ? error.message : std::string(error.Public()));
  return kSomeFailed;
}

int Verify(const VerifyOptions& options) {
  const auto before = ReadWhole(options.before);
  if (!before) return Refuse(options.before, before.error());
  const auto after = ReadWhole(options.after);
  if (!after) return Refuse(options.after, after.error());
  const Limits limits;
  const auto comparison = receipt::Compare(*before, *after, limits);
  if (!comparison) return Refuse(options.before + " and " + options.after, comparison.error());
  if (!options.picture.empty()) {
    const auto picture = receipt::DrawChanges(*before, *comparison, limits);
    if (!picture) return Refuse(options.picture, picture.error());
    if (const Status written = WriteWhole(options.picture, *picture, Existing::kReplace); !written)
      return Refuse(options.picture, written.error());
  }
  fmt::print("{}\n",
             options.json ? ComparisonJson(*before, *after, *comparison) : Text(options, *before, *after, *comparison));
  return comparison->OnlyCompactRegions() ? kAllDone : kSomeFailed;
}

}  // namespace

void AddVerify(CLI::App& program, int& status) {
  CLI::App* command =
      program.add_subcommand("verify", "Say what changed between two files, and that nothing else did.");
  const auto options = std::make_shared<VerifyOptions>();
  command->add_option("BEFORE", options->before, "The original")->required()->type_name("");
  command->add_option("AFTER", options->after, "What was made of it")->required()->type_name("");
  command
      ->add_option("--picture", options->picture,
                   "Write a PNG: BEFORE dimmed, changed pixels in red, regions framed; one that is there is replaced")
      ->type_name("FILE");
  command->add_flag("--json", options->json, "Print one JSON object instead of text");
  command->footer(
      "Both files are read anew; nothing of an earlier run is trusted. Exit status:\n"
      "  0  only compact regions changed, and nothing else in the file (or nothing at all): the same format, size,\n"
      "     colour model, depth and alpha; every segment or chunk beside the pixels identical; for JPEG the\n"
      "     quantisation tables and the coefficients of all other blocks identical (Huffman tables may differ); at\n"
      "     most half of the pixels changed, in at most 1000 regions (pixels less than 16 px apart are one region)\n"
      "  1  anything else changed, as it does where a picture was encoded again as a whole (so after every change of\n"
      "     a lossy WebP); or a file cannot be read\n"
      "  2  wrong use");
  command->callback([options, &status] { status = Verify(*options); });
}

}  // namespace removr::app
