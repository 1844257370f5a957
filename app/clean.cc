// removr clean: photographs in, photographs without overlays out.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/files.h"
#include "app/image_run.h"
#include "app/inputs.h"
#include "app/outputs.h"

namespace removr::app {
namespace {

namespace fs = std::filesystem;

struct CleanOptions {
  std::vector<std::string> inputs;
  std::string output_folder, mask_folder, report;
  bool force = false;
  RunOptions run;
};

bool IsThere(const fs::path& path) {
  std::error_code error;
  return path.empty() || fs::exists(fs::symlink_status(path, error));
}

// The mask is written first: where the image is there, its mask is as well.
Status WriteOutcome(const engine::Outcome& outcome, const Output& output, bool force) {
  const auto write = [&](const fs::path& path, const engine::Bytes& bytes) -> Status {
    if (path.empty() || (!force && IsThere(path))) return {};
    return WriteWhole(path, bytes, force ? Existing::kReplace : Existing::kKeep);
  };
  TRY(write(output.mask, outcome.mask_png));
  return write(output.image, outcome.bytes);
}

ImageResult CleanOne(const Input& input, const Output& output, bool force, const ImageRun::LoadedEngine& engine) {
  if (input.format && !force && IsThere(output.image) && IsThere(output.mask)) {
    ImageResult skipped;
    skipped.state = ImageResult::State::kSkipped;
    skipped.path = input.path;
    skipped.output = output;
    return skipped;
  }
  const engine::Options options{.want_mask = !output.mask.empty()};
  return ProcessFile(
      input.path, engine,
      [&](const engine::Engine& loaded, const engine::Bytes& bytes) { return loaded.Clean(bytes, options); },
      [&](const engine::Outcome& outcome, ImageResult& result) -> Status {
        TRY(WriteOutcome(outcome, output, force));
        result.output = output;
        result.sha256_out = Sha256Hex(outcome.bytes);
        return {};
      });
}

std::string Text(const ImageResult& result) {
  const std::string from = PrintablePath(result.path), to = PrintablePath(result.output.image);
  if (result.state == ImageResult::State::kSkipped) {
    return fmt::format("{}: skipped, {} is there already (--force writes it anew)", from, to);
  }
  const std::size_t findings = result.report.findings.size();
  return fmt::format("{} -> {}: {}, {} {}, {:.2f} s", from, to, engine::Name(result.report.verdict), findings,
                     findings == 1 ? "finding" : "findings", result.seconds);
}

int Clean(const CleanOptions& options) {
  OutputFolders folders;
  if (!options.output_folder.empty()) folders.images = options.output_folder;
  if (!options.mask_folder.empty()) folders.masks = options.mask_folder;

  InputRules rules;
  rules.results_beside = !folders.images;
  for (const auto& folder : {folders.images, folders.masks}) {
    if (folder) rules.result_folders.push_back(*folder);
  }
  const FoundInputs found = FindInputs({options.inputs.begin(), options.inputs.end()}, rules);
  const std::vector<Output> outputs = PlanOutputs(found.inputs, folders);

  ImageRun run{.found = found, .work = {}, .text = Text};
  run.work = [&](std::size_t index, const ImageRun::LoadedEngine& engine) {
    return CleanOne(found.inputs[index], outputs[index], options.force, engine);
  };
  RunOptions run_options = options.run;
  run_options.report = options.report;
  return RunImages(run, run_options);
}

}  // namespace

void AddClean(CLI::App& program, int& status) {
  CLI::App* command = program.add_subcommand("clean", "Remove overlays from photographs.");
  const auto options = std::make_shared<CleanOptions>();
  command
      ->add_option("INPUT", options->inputs,
                   "Photographs (JPEG, PNG, WebP), or folders of them, walked with their subfolders")
      ->required()
      ->type_name("");
  command
      ->add_option("-o,--output", options->output_folder,
                   "Write DIR/STEM-clean.EXT, a folder's tree kept (default: beside each input)")
      ->type_name("DIR");
  command
      ->add_option("--save-mask", options->mask_folder,
                   "Also write DIR/STEM-mask.png: 8-bit gray, 255 where pixels changed")
      ->type_name("DIR");
  command
      ->add_option("--report", options->report,
                   "Write one JSON object per image of this run and line: findings, verdict, times, hashes")
      ->type_name("FILE");
  command->add_flag("--force", options->force,
                    "Write results anew that are there already (default: skip them, so a run resumes)");
  AddRunOptions(*command, options->run);
  command->footer(
      "The result has the format of the original; outside the removed overlay nothing changes. Where no overlay is "
      "found the\n"
      "result is the original, byte for byte. Inputs are never written over, and no file is ever half-written.\n"
      "In folders, hidden files are passed over, and without -o so are earlier results (*-clean.*, *-mask.png).\n"
      "Ctrl-C finishes the images in work; the same command goes on from there.\n\n"
      "  removr clean photo.jpg                      writes photo-clean.jpg beside it\n"
      "  removr clean photos -o cleaned --report cleaned.jsonl");
  command->callback([options, &status] { status = Clean(*options); });
}

}  // namespace removr::app
