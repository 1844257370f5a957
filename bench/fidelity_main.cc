// fidelity: what is left of a file where nothing was to change, for removr and for what a user would have else. Each
// takes the same box out of the same files; docs/fidelity.md says what the columns mean.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "bench/child.h"
#include "bench/files.h"
#include "bench/table.h"
#include "engine/codec/decode.h"
#include "engine/codec/parts.h"
#include "engine/codec/samples_test.h"
#include "engine/engine.h"
#include "engine/receipt/compare.h"

namespace removr::bench {
namespace {

namespace fs = std::filesystem;
namespace samples = codec::samples;

constexpr int kWidth = 640, kHeight = 424;
const cv::Rect kBox(240, 160, 128, 64);  // 3 % of the upright image, on the grid of JPEG's blocks

// Where that is stored, where EXIF says that row 0 is the picture's right side (orientation 6).
const cv::Rect kTurnedBox(kBox.y, kHeight - kBox.br().x, kBox.height, kBox.width);

struct Flags {
  std::string magick = "/usr/bin/convert", models = REMOVR_MODELS_DIR;
  bool markdown = false;
};

struct File {
  std::string name, extension;
  Bytes bytes;
  cv::Rect box;  // in the pixels as they are stored
};

std::string Prefixed(std::string_view prefix, const std::string& text) { return std::string(prefix) + text; }

std::vector<File> MakeFiles() {
  using samples::JpegColors;
  constexpr const char* kPacket =
      "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF "
      "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/></x:xmpmeta><?xpacket end='w'?>";
  const std::string exif = Prefixed({"Exif\0\0", 6}, samples::Exif(1)),
                    turned = Prefixed({"Exif\0\0", 6}, samples::Exif(6));
  const std::string xmp = Prefixed({"http://ns.adobe.com/xap/1.0/\0", 29}, kPacket);
  const auto jpeg = [&](samples::JpegOptions options) {
    options.width = kWidth, options.height = kHeight, options.quality = 85;
    return samples::Jpeg(options);
  };
  const auto png = [&](samples::PngOptions options) {
    options.width = kWidth, options.height = kHeight;
    options.chunks = {{"tEXt", std::string("Author\0Me", 9)}, {"eXIf", samples::Exif(1)}};
    if (options.color_type != 3)
      options.chunks.emplace_back("gAMA", std::string("\0\0\xB1\x8F", 4));  // else before PLTE
    return samples::Png(options);
  };
  const auto webp = [&](samples::WebpOptions options) {
    options.width = kWidth, options.height = kHeight, options.exif = samples::Exif(1), options.xmp = kPacket;
    return samples::Webp(options);
  };
  const auto exif_and_more = std::vector<std::pair<int, std::string>>{{0xE1, exif}, {0xE1, xmp}, {0xFE, "by me"}};
  return {
      {"JPEG 4:2:0", ".jpg", jpeg({.markers = exif_and_more}), kBox},
      {"JPEG 4:2:0, turned by EXIF", ".jpg", jpeg({.markers = {{0xE1, turned}}}), kTurnedBox},
      {"JPEG 4:4:4, progressive", ".jpg",
       jpeg({.h_sampling = 1, .v_sampling = 1, .progressive = true, .markers = exif_and_more}), kBox},
      {"JPEG gray", ".jpg",
       jpeg({.colors = JpegColors::kGray, .h_sampling = 1, .v_sampling = 1, .markers = exif_and_more}), kBox},
      {"JPEG CMYK", ".jpg", jpeg({.colors = JpegColors::kCmyk, .h_sampling = 1, .v_sampling = 1}), kBox},
      {"PNG RGB", ".png", png({}), kBox},
      {"PNG RGB, 16 bits", ".png", png({.bit_depth = 16}), kBox},
      {"PNG RGBA", ".png", png({.color_type = 6}), kBox},
      {"PNG gray, 16 bits", ".png", png({.color_type = 0, .bit_depth = 16}), kBox},
      {"PNG palette, transparent", ".png", png({.color_type = 3, .transparency = true}), kBox},
      {"WebP lossless, alpha", ".webp", webp({.lossless = true, .alpha = true}), kBox},
      {"WebP lossy", ".webp", webp({}), kBox},
  };
}

// Each writes the file without what is in the box.
using Method = std::function<Result<Bytes>(const File&)>;

Result<Bytes> ByOpenCv(const File& file) {
  cv::Mat image = cv::imdecode(file.bytes, cv::IMREAD_UNCHANGED);
  if (image.empty()) return Fail(ErrorCode::kUnsupportedFormat, "can't be read");
  image(file.box) = cv::Scalar::all(0);
  Bytes out;
  if (!cv::imencode(file.extension, image, out)) return Fail(ErrorCode::kInternal, "can't be written");
  return out;
}

Result<Bytes> ByMagick(const std::string& program, const File& file) {
  const fs::path folder = fs::temp_directory_path(), in = folder / ("fidelity-in" + file.extension),
                 out = folder / ("fidelity-out" + file.extension);
  TRY(WriteFile(in, file.bytes));
  const cv::Point last = file.box.br() - cv::Point(1, 1);
  const std::string box = std::to_string(file.box.x) + "," + std::to_string(file.box.y) + " " + std::to_string(last.x) +
                          "," + std::to_string(last.y);
  ASSIGN_OR_RETURN(const Cost cost, RunChild({program, in, "-fill", "black", "-draw", "rectangle " + box, out}));
  static_cast<void>(cost);
  auto bytes = ReadFile(out);
  fs::remove(in);
  fs::remove(out);
  return bytes;
}

// What the file says beside its pixels.
bool IsMetadata(const std::string& name) {
  for (const char* prefix : {"APP1", "COM", "gAMA", "tEXt", "eXIf", "EXIF", "XMP"}) {
    if (name.starts_with(prefix)) return true;
  }
  return false;
}

std::string KeptMetadata(const File& file, const Bytes& after) {
  int all = 0, kept = 0;
  const auto parts = codec::ListParts(after);
  for (const codec::FilePart& part : codec::ListParts(file.bytes)) {
    if (!IsMetadata(part.name)) continue;
    ++all;
    kept += std::ranges::any_of(parts, [&](const codec::FilePart& other) {
      return other.name == part.name && std::ranges::equal(other.bytes, part.bytes);
    });
  }
  return all == 0 ? "–" : std::to_string(kept) + " of " + std::to_string(all);
}

std::string LayoutOf(const image::Image& image) {
  const char* model = image.model == image::ColorModel::kGray   ? "gray"
                      : image.model == image::ColorModel::kCmyk ? "CMYK"
                                                                : "RGB";
  return std::string(model) + (image.has_alpha ? "A " : " ") + (image.pixels.depth() == CV_16U ? "16" : "8");
}

// The largest difference outside of the box, as a person sees the file.
std::string Outside(const File& file, const Bytes& after, const image::Image& upright) {
  cv::Mat mask = cv::Mat::zeros(upright.pixels.size(), CV_8U);
  mask(kBox & cv::Rect({}, mask.size())) = 255;
  const auto outside = receipt::MeasureOutside(file.bytes, after, mask, {});
  if (!outside) return "turned";
  return Number(outside->max_difference, 0) +
         (outside->measure == receipt::Measure::kCoefficients ? " coefficients" : "");
}

Result<std::vector<std::string>> Row(const File& file, const char* name, const Method& method) {
  ASSIGN_OR_RETURN(const codec::Decoded before, codec::Decode(file.bytes, {}));
  const auto after = method(file);
  if (!after) return std::vector<std::string>{file.name, name, "fails: " + after.error().message, "", "", ""};
  ASSIGN_OR_RETURN(const codec::Decoded decoded, codec::Decode(*after, {}));
  const std::string was = LayoutOf(before.image), is = LayoutOf(decoded.image);
  return std::vector<std::string>{
      file.name,
      name,
      was == is ? was : was + " → " + is,
      Outside(file, *after, image::ToUpright(before.image)),
      KeptMetadata(file, *after),
      Number(static_cast<double>(after->size()) / static_cast<double>(file.bytes.size()), 2)};
}

Status Main(const Flags& flags) {
  engine::Config config;
  config.models = flags.models;
  ASSIGN_OR_RETURN(const auto engine, engine::Engine::Create(std::move(config)));
  engine::Options options;
  options.choices.roi = Region{};
  TRY(SetChoice("roi", "240 160 368 224", options.choices));
  std::vector<std::pair<const char*, Method>> methods = {{"removr",
                                                          [&](const File& file) -> Result<Bytes> {
                                                            ASSIGN_OR_RETURN(engine::Outcome outcome,
                                                                             engine->Clean(file.bytes, options));
                                                            return std::move(outcome.bytes);
                                                          }},
                                                         {"OpenCV", ByOpenCv}};
  if (fs::exists(flags.magick)) {
    methods.emplace_back("ImageMagick", [&](const File& file) { return ByMagick(flags.magick, file); });
  }
  Table table({"file", "by", "colours, bits", "largest difference outside", "metadata kept", "size"});
  for (const File& file : MakeFiles()) {
    for (const auto& [name, method] : methods) {
      ASSIGN_OR_RETURN(auto row, Row(file, name, method));
      table.Add(std::move(row));
    }
  }
  std::cout << table.Text(flags.markdown);
  return {};
}

}  // namespace
}  // namespace removr::bench

int main(int argc, char** argv) {
  removr::bench::Flags flags;
  CLI::App app("Shows what is left of a file where nothing was to change.");
  app.add_option("--magick", flags.magick, "ImageMagick's convert; left out where it is not there")
      ->capture_default_str();
  app.add_option("--models", flags.models, "the folder with the networks")->capture_default_str();
  app.add_flag("--markdown", flags.markdown, "print the table as Markdown");
  CLI11_PARSE(app, argc, argv);
  const auto status = removr::bench::Main(flags);
  if (!status) std::cerr << status.error().message << '\n';
  return status ? 0 : 1;
}
