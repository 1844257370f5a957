#include "bench/demo.h"

#include "bench/files.h"
#include "bench/fonts.h"
#include "bench/overlay.h"
#include "bench/scene.h"

namespace removr::bench {

// A white text, tiled over the picture as on a proof, where all the fonts are installed.
constexpr std::uint64_t kOverlaySeed = 5;

Status WriteDemo(const std::filesystem::path& folder, std::uint64_t seed) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return Fail(ErrorCode::kIo, folder.string() + ": " + error.message());
  ASSIGN_OR_RETURN(const Fonts fonts, Fonts::Find());
  const cv::Mat scene = DrawScene(seed, SceneKind::kHills, {1280, 853});
  Rng rng(kOverlaySeed);
  const Overlay overlay = DrawOverlay(fonts, rng, {Kind::kTiledText, .2, .4}, scene.size());
  ASSIGN_OR_RETURN(const Bytes marked, Encode(overlay.Over(scene), FileKind::kJpeg420, 92));
  ASSIGN_OR_RETURN(const Bytes truth, Encode(scene, FileKind::kPng, 0));
  TRY(WriteFile(folder / "scene-marked.jpg", marked));
  return WriteFile(folder / "scene-truth.png", truth);
}

}  // namespace removr::bench
