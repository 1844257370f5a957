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
#include "app/template_option.h"

namespace removr::app {
namespace {

namespace fs = std::filesystem;

struct CleanOptions {
  std::vector<std::string> inputs;
  std::string output_folder, mask_folder, report, hand_mask;
  std::vector<std::string> templates;
  bool force = false;
  engine::Options engine;
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

ImageResult CleanOne(const Input& input, const Output& output, const CleanOptions& options,
                     const ImageRun::LoadedEngine& engine) {
  const bool force = options.force;
  if (input.format && !force && IsThere(output.image) && IsThere(output.mask)) {
    ImageResult skipped;
    skipped.state = ImageResult::State::kSkipped;
    skipped.path = input.path;
    skipped.output = output;
    return skipped;
  }
  return ProcessFile(
      input.path, engine,
      [&](const engine::Engine& loaded, const engine::Bytes& bytes) { return loaded.Clean(bytes, options.engine); },
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

// An error's message says it all, with the file's name.
Result<image::Mask> ReadHandMask(const std::string& path) {
  auto bytes = ReadWhole(path);
  auto mask = bytes ? engine::ReadMask(*bytes) : tl::unexpected(bytes.error());
  if (mask) return mask;
  return Fail(ErrorCode::kBadRequest, fmt::format("--mask {}: {}", PrintablePath(path), mask.error().Public()));
}

// What the options say for every image of the run.
Result<engine::Options> EngineOptions(const CleanOptions& options) {
  engine::Options engine = options.engine;
  engine.want_mask = !options.mask_folder.empty();
  engine.want_receipt = !options.report.empty();
  if (!options.hand_mask.empty()) {
    ASSIGN_OR_RETURN(engine.mask, ReadHandMask(options.hand_mask));
  }
  ASSIGN_OR_RETURN(engine.owner_template, ReadTemplateFiles(options.templates));
  TRY(CheckChoices(engine.choices, !engine.mask.empty(), !engine.owner_template.empty()));
  return engine;
}

int Clean(CleanOptions options) {
  if (auto engine = EngineOptions(options)) {
    options.engine = std::move(*engine);
  } else {
    fmt::print(stderr, "removr: {}\n", engine.error().message);
    return kWrongUse;
  }
  OutputFolders folders;
  if (!options.output_folder.empty()) folders.images = options.output_folder;
  if (!options.mask_folder.empty()) folders.masks = options.mask_folder;

  InputRules rules;
  rules.results_beside = !folders.images;
  for (const auto& folder : {folders.images, folders.masks}) {
    if (folder) rules.result_folders.push_back(*folder);
  }
  const FoundInputs found = FindInputs({options.inputs.begin(), options.inputs.end()}, rules);
  const std::vector<Output> outputs = PlanOutputs(found.inputs, folders, options.engine.choices.format);

  ImageRun run{.found = found, .work = {}, .text = Text};
  run.work = [&](std::size_t index, const ImageRun::LoadedEngine& engine) {
    return CleanOne(found.inputs[index], outputs[index], options, engine);
  };
  RunOptions run_options = options.run;
  run_options.report = options.report;
  return RunImages(run, run_options);
}

// An option whose value base/choices.h understands.
void AddChoice(CLI::App& command, const std::string& name, const std::string& type, const std::string& help,
               CleanOptions& options) {
  command
      .add_option_function<std::string>(
          "--" + name,
          [name, &options](const std::string& text) {
            if (const Status set = SetChoice(name, text, options.engine.choices); !set) {
              throw CLI::ValidationError(std::string(set.error().Public()));
            }
          },
          help)
      ->type_name(type);
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
      ->add_option("--mask", options->hand_mask,
                   "Remove exactly what is white in this image (black is kept), and look for nothing; each input\n"
                   "must have its size")
      ->type_name("FILE");
  AddChoice(*command, "roi", "\"X1 Y1 X2 Y2\"",
            "Remove exactly this rectangle, and look for nothing: px, or per cent with a % behind each number",
            *options);
  AddTemplateOption(*command, options->templates);
  AddChoice(*command, "kinds", "LIST", "Remove only findings of these: watermark,logo,text,timestamp (default: all)",
            *options);
  AddChoice(*command, "format", "FORMAT",
            "Of the results: same, jpg, png, webp; another than the input's is encoded anew", *options);
  AddChoice(*command, "quality", "N", "1 to 100, where the whole picture is encoded anew with loss (default: 92)",
            *options);
  command
      ->add_option("--report", options->report,
                   "Write one JSON object per image of this run and line: findings, verdict, times, hashes, receipt")
      ->type_name("FILE");
  command->add_flag("--force", options->force,
                    "Write results anew that are there already (default: skip them, so a run resumes)");
  AddRunOptions(*command, options->run);
  command->footer(
      "Unless --format says otherwise the result has the original's format, and outside the removed overlay nothing\n"
      "changes. Where no overlay is found the result is the original, byte for byte. --quality means something for\n"
      "another format and for lossy WebP; a JPEG that stays one keeps its own.\n"
      "Under --mask and --roi the strokes of a recognised overlay are removed, or else all that is marked is filled;\n"
      "outside nothing changes. Both count in the image as a viewer shows it.\n"
      "With --template nothing but that overlay is removed, exactly, and the networks are not asked; where it isn't\n"
      "found the result is the original. Only what it hides completely is filled.\n"
      "Inputs are never written over, and no file is ever half-written.\n"
      "In folders, hidden files are passed over, and without -o so are earlier results (*-clean.*, *-mask.png).\n"
      "Ctrl-C finishes the images in work; the same command goes on from there.\n\n"
      "  removr clean photo.jpg                      writes photo-clean.jpg beside it\n"
      "  removr clean photos -o cleaned --report cleaned.jsonl\n"
      "  removr clean photo.jpg --roi \"60% 85% 100% 100%\"    a stamp in the lower right corner\n"
      "  removr clean photos -o cleaned --template logo.png   your own logo, and nothing else");
  command->callback([options, &status] { status = Clean(*options); });
}

}  // namespace removr::app
