#include <boost/json.hpp>

#include "bench/report.h"

namespace removr::bench {
namespace {

namespace json = boost::json;

json::object Of(const Restoration& result) {
  return {{"psnr", result.psnr}, {"rmse", result.rmse}, {"texture", result.texture}, {"seconds", result.seconds}};
}

json::object Of(const erase::Remains& remains) {
  json::object object;
  const auto features = erase::ToFeatures(remains);
  for (std::size_t i = 0; i < features.size(); ++i) object[erase::kRemainsNames[i]] = features[i];
  return object;
}

json::object Of(const Score& score, const Photos& photos, bool with_peers) {
  json::object object = {{"photo", photos.name(score.one.photo)},
                         {"kind", std::string(Name(score.one.spec.kind))},
                         {"size", score.one.spec.size},
                         {"opacity", score.one.spec.opacity},
                         {"file", std::string(Name(score.one.file))},
                         {"quality", score.one.quality},
                         {"maskShare", score.mask_share},
                         {"megapixels", score.megapixels},
                         {"psnrBefore", score.psnr_before},
                         {"removr", Of(score.removr)},
                         {"iou", score.iou},
                         {"f1", score.f1},
                         {"recall", score.recall},
                         {"verdict", std::string(engine::Name(score.verdict))},
                         {"confidence", score.confidence},
                         {"rest", score.rest},
                         {"remains", Of(score.remains)},
                         {"outside", score.outside}};
  if (with_peers) {
    object["telea"] = Of(score.telea);
    object["ns"] = Of(score.ns);
  }
  return object;
}

json::object Of(const CleanScore& score, const Photos& photos) {
  return {{"kind", std::string(Name(score.kind))},
          {"photo", photos.name(score.index % photos.count())},
          {"index", score.index},
          {"touched", score.touched},
          {"changedShare", score.changed_share},
          {"confidence", score.confidence},
          {"seconds", score.seconds},
          {"megapixels", score.megapixels}};
}

}  // namespace

std::string Json(const Run& run, const Photos& photos) {
  json::array cases, clean;
  for (const Score& score : run.scores) cases.push_back(Of(score, photos, run.with_peers));
  for (const CleanScore& score : run.clean) clean.push_back(Of(score, photos));
  const json::object whole = {{"seed", run.seed},
                              {"photos", run.photos},
                              {"fonts", run.fonts},
                              {"threads", run.threads},
                              {"peakMemoryMiB", run.peak_memory_mib},
                              {"cases", std::move(cases)},
                              {"clean", std::move(clean)}};
  return json::serialize(whole);
}

}  // namespace removr::bench
