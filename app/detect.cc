// removr detect: what is there, and nothing changed.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
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

struct DetectOptions {
  std::vector<std::string> inputs;
  std::string mask_folder;
  std::vector<std::string> templates;
  RunOptions run;
};

ImageResult DetectOne(const Input& input, const Output& output, const owner::Template& overlay,
                      const ImageRun::LoadedEngine& engine) {
  const engine::Options options{.want_mask = !output.mask.empty(), .owner_template = overlay};
  return ProcessFile(
      input.path, engine,
      [&](const engine::Engine& loaded, const engine::Bytes& bytes) { return loaded.Detect(bytes, options); },
      [&](const engine::Outcome& outcome, ImageResult& result) -> Status {
        if (output.mask.empty()) return {};
        TRY(WriteWhole(output.mask, outcome.mask_png, Existing::kReplace));
        result.output.mask = output.mask;
        return {};
      });
}

std::string Text(const ImageResult& result) {
  const engine::Report& report = result.report;
  const std::size_t count = report.findings.size();
  std::string text =
      fmt::format("{}: {}x{} {}, ", PrintablePath(result.path), report.width, report.height, Name(report.format));
  text += count == 0 ? "no overlay found" : fmt::format("{} {}", count, count == 1 ? "finding" : "findings");
  for (const image::Finding& finding : report.findings) {
    text += fmt::format("\n  {:<9}  {}x{} px at {},{}  {:.0f} %", image::Name(finding.kind), finding.box.width,
                        finding.box.height, finding.box.x, finding.box.y, finding.confidence * 100);
  }
  return text;
}

int Detect(const DetectOptions& options) {
  const auto overlay = ReadTemplateFiles(options.templates);
  if (!overlay) {
    fmt::print(stderr, "removr: {}\n", overlay.error().message);
    return kWrongUse;
  }
  OutputFolders folders;
  InputRules rules;
  if (!options.mask_folder.empty()) {
    folders.masks = options.mask_folder;
    rules.result_folders.push_back(options.mask_folder);
  }
  const FoundInputs found = FindInputs({options.inputs.begin(), options.inputs.end()}, rules);
  const std::vector<Output> outputs = PlanOutputs(found.inputs, folders);

  ImageRun run{.found = found, .work = {}, .text = Text};
  run.work = [&](std::size_t index, const ImageRun::LoadedEngine& engine) {
    return DetectOne(found.inputs[index], outputs[index], *overlay, engine);
  };
  return RunImages(run, options.run);
}

}  // namespace

void AddDetect(CLI::App& program, int& status) {
  CLI::App* command = program.add_subcommand("detect", "Say which overlays are there, and change nothing.");
  const auto options = std::make_shared<DetectOptions>();
  command
      ->add_option("INPUT", options->inputs,
                   "Photographs (JPEG, PNG, WebP), or folders of them, walked with their subfolders")
      ->required()
      ->type_name("");
  command
      ->add_option(
          "--save-mask", options->mask_folder,
          "Write DIR/STEM-mask.png: 8-bit gray, 255 where clean would change pixels; one that is there is replaced")
      ->type_name("DIR");
  AddTemplateOption(*command, options->templates);
  command->add_flag("--json", options->run.json, "Print one JSON object per image and line");
  AddRunOptions(*command, options->run);
  command->footer(
      "Boxes are in pixels of the image as a viewer shows it. The exit status does not depend on what is found.");
  command->callback([options, &status] { status = Detect(*options); });
}

}  // namespace removr::app
