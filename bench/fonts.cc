#include "bench/fonts.h"

#include <cairo-ft.h>

#include <filesystem>
#include <map>

#include "bench/split.h"

namespace removr::bench {
namespace {

namespace fs = std::filesystem;

// One weight or slant of each family that the hold-out has. A fixed list, so that a further font on a machine changes
// nothing.
constexpr const char* kText[] = {
    "DejaVuSans-Bold.ttf",
    "DejaVuSansMono-Bold.ttf",
    "LiberationSans-Italic.ttf",
    "LiberationSerif-Regular.ttf",
    "LiberationSerif-BoldItalic.ttf",
    "AccanthisADFStd-Italic.otf",
    "B612-Bold.otf",
    "Cabin-MediumItalic.otf",
    "Cantarell-Regular.otf",
    "Comfortaa-Regular.ttf",
    "Courier Prime.otf",
    "EBGaramond08-Regular.otf",
    "FiraCode-Medium.ttf",
    "FreeMonoBoldOblique.ttf",
    "GenBkBasB.ttf",
    "InterDisplay-SemiBold.otf",
    "Lato-Semibold.ttf",
    "LeagueSpartan-Black.otf",
    "OpenSans-Semibold.ttf",
    "OpenSans-CondBold.ttf",
    "Oxygen-Sans-Bold.ttf",
    "PTF55F.ttf",
    "Quicksand-Light.ttf",
    "Roboto-Medium.ttf",
    "Roboto-BlackItalic.ttf",
    "YanoneKaffeesatz-Light.otf",
    "texgyreheros-regular.otf",
};
constexpr const char* kStamp[] = {
    "DSEG7Classic-LightItalic.ttf",  "DSEG7ClassicMini-BoldItalic.ttf", "DSEG7Modern-Bold.ttf",
    "DSEG7Modern-LightItalic.ttf",   "DSEG7ModernMini-BoldItalic.ttf",  "DSEG14Classic-Light.ttf",
    "DSEG14ClassicMini-Regular.ttf", "DSEG14Modern-Regular.ttf",
};

constexpr const char* kFolders[] = {"/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/texmf/fonts"};

FT_Library Library() {
  // Lives as long as the process: cairo may still hold faces when main returns.
  static FT_Library library = [] {
    FT_Library made = nullptr;
    return FT_Init_FreeType(&made) == 0 ? made : nullptr;
  }();
  return library;
}

FontFace Load(const std::string& path) {
  FT_Face face = nullptr;
  if (Library() == nullptr || FT_New_Face(Library(), path.c_str(), 0, &face) != 0) return nullptr;
  FontFace made(cairo_ft_font_face_create_for_ft_face(face, FT_LOAD_NO_HINTING));
  // cairo's own caches outlive our reference, so the FreeType face goes when cairo's face does.
  static const cairo_user_data_key_t key = {};
  const auto release = [](void* held) { FT_Done_Face(static_cast<FT_Face>(held)); };
  if (cairo_font_face_set_user_data(made.get(), &key, face, release) != CAIRO_STATUS_SUCCESS) return nullptr;
  return made;
}

std::map<std::string, std::string> Installed() {
  std::map<std::string, std::string> paths;  // by base name
  for (const char* folder : kFolders) {
    std::error_code error;
    for (auto it = fs::recursive_directory_iterator(folder, error); !error && it != fs::end(it); it.increment(error)) {
      paths.emplace(it->path().filename().string(), it->path().string());
    }
  }
  return paths;
}

}  // namespace

Result<Fonts> Fonts::Find() {
  const auto installed = Installed();
  Fonts fonts;
  const auto add = [&](const char* name, std::vector<FontFace>& group) {
    ++fonts.wanted_count_;
    const auto found = installed.find(name);
    if (found == installed.end() || !IsHoldOut(name)) return;
    if (FontFace face = Load(found->second)) {
      group.push_back(std::move(face));
      fonts.names_.emplace_back(name);
    }
  };
  for (const char* name : kText) add(name, fonts.text_);
  for (const char* name : kStamp) add(name, fonts.stamp_);
  if (fonts.text_.empty() || fonts.stamp_.empty()) {
    return Fail(ErrorCode::kIo, "no hold-out fonts: install fonts-dejavu-core, fonts-liberation2 and fonts-dseg");
  }
  return fonts;
}

}  // namespace removr::bench
