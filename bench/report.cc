#include "bench/report.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "bench/table.h"

namespace removr::bench {
namespace {

using Group = std::vector<const Score*>;
using Value = std::function<double(const Score&)>;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kFoundRecall = .25;  // of the true mask
constexpr double kRestSeen = .1;      // more than this share of the mask still visible: "clean" was wrong

bool Found(const Score& score) { return score.recall >= kFoundRecall; }

Group Where(const Run& run, const std::function<bool(const Score&)>& keep) {
  Group group;
  for (const Score& score : run.scores) {
    if (keep(score)) group.push_back(&score);
  }
  return group;
}

Summary Of(const Group& group, const Value& value) {
  std::vector<double> values;
  for (const Score* score : group) values.push_back(value(*score));
  return Summarise(values);
}

double Share(const Group& group, const std::function<bool(const Score&)>& is) {
  return group.empty() ? kNone
                       : static_cast<double>(std::ranges::count_if(group, [&](const Score* s) { return is(*s); })) /
                             static_cast<double>(group.size());
}

std::string Percent(double share, int decimals = 0) {
  return std::isfinite(share) ? Number(100 * share, decimals) + " %" : Number(share, 0);
}
std::string Count(std::size_t n) { return std::to_string(n); }

double Megapixels(const Group& group) {
  double sum = 0;
  for (const Score* score : group) sum += score->megapixels;
  return sum;
}

// Rows of every table: each kind, and the two families.
struct Row {
  std::string name;
  Group group;
};
std::vector<Row> Rows(const Run& run) {
  std::vector<Row> rows;
  for (const Kind kind : kKinds)
    rows.push_back({std::string(Name(kind)), Where(run, [&](const Score& s) { return s.one.spec.kind == kind; })});
  rows.push_back({"all translucent", Where(run, [](const Score& s) { return IsTranslucent(s.one.spec.kind); })});
  rows.push_back({"all opaque", Where(run, [](const Score& s) { return !IsTranslucent(s.one.spec.kind); })});
  return rows;
}

void AddRestoration(Table& table, const Row& row, const std::string& method, Restoration Score::*result) {
  const auto psnr = Of(row.group, [&](const Score& s) { return (s.*result).psnr; });
  const auto gain = Of(row.group, [&](const Score& s) { return (s.*result).psnr - s.psnr_before; });
  const auto seconds = Of(row.group, [&](const Score& s) { return (s.*result).seconds; });
  const double total = seconds.mean * static_cast<double>(row.group.size());
  table.Add({row.name, method, Count(row.group.size()),
             Number(Of(row.group, [](const Score& s) { return s.psnr_before; }).mean, 1), Number(psnr.mean, 1),
             Number(gain.mean, 1) + " ± " + Number(gain.deviation, 1),
             Number(gain.lower, 1) + " / " + Number(gain.median, 1) + " / " + Number(gain.upper, 1),
             Number(Of(row.group, [&](const Score& s) { return (s.*result).rmse; }).mean, 1),
             Number(Of(row.group, [&](const Score& s) { return (s.*result).texture; }).median, 2),
             Number(total / Megapixels(row.group), 2)});
}

std::string RestorationTable(const Run& run, bool markdown) {
  Table table({"overlay", "method", "n", "before", "after", "gain", "quartiles", "RMSE_w", "texture", "CPU s/MP"});
  for (const Row& row : Rows(run)) {
    if (row.group.empty()) continue;
    AddRestoration(table, row, "removr", &Score::removr);
    if (!run.with_peers) continue;
    AddRestoration(table, row, "Telea, true mask", &Score::telea);
    AddRestoration(table, row, "NS, true mask", &Score::ns);
  }
  return table.Text(markdown);
}

int LargestOutside(const Group& group, bool png) {
  int largest = 0;
  for (const Score* score : group) {
    if ((score->one.file == FileKind::kPng) == png) largest = std::max(largest, score->outside);
  }
  return largest;
}

std::string DetectionTable(const Run& run, bool markdown) {
  Table table({"overlay", "n", "found", "IoU", "IoU quartiles", "F1", "clean", "residual", "none", "clean, but visible",
               "outside PNG", "outside JPEG"});
  for (const Row& row : Rows(run)) {
    const Group& group = row.group;
    if (group.empty()) continue;
    const auto verdict = [&](engine::Verdict wanted) {
      return Count(std::ranges::count_if(group, [&](const Score* s) { return s->verdict == wanted; }));
    };
    Group called_clean;
    std::ranges::copy_if(group, std::back_inserter(called_clean),
                         [](const Score* s) { return s->verdict == engine::Verdict::kClean; });
    const Summary iou = Of(group, [](const Score& s) { return s.iou; });
    table.Add({row.name, Count(group.size()), Percent(Share(group, Found)),
               Number(iou.mean, 2) + " ± " + Number(iou.deviation, 2),
               Number(iou.lower, 2) + " / " + Number(iou.median, 2) + " / " + Number(iou.upper, 2),
               Number(Of(group, [](const Score& s) { return s.f1; }).mean, 2), verdict(engine::Verdict::kClean),
               verdict(engine::Verdict::kResidual), verdict(engine::Verdict::kNoOverlayFound),
               Percent(Share(called_clean, [](const Score& s) { return s.rest > kRestSeen; })),
               Count(LargestOutside(group, true)), Count(LargestOutside(group, false))});
  }
  return table.Text(markdown);
}

// Where detection and restoration fail: by size, opacity and file.
std::string BreakdownTable(const Run& run, bool markdown) {
  Table table({"overlays", "n", "found", "IoU", "gain"});
  const auto add = [&](const std::string& name, const std::function<bool(const Score&)>& keep) {
    const Group group = Where(run, keep);
    if (group.empty()) return;
    table.Add({name, Count(group.size()), Percent(Share(group, Found)),
               Number(Of(group, [](const Score& s) { return s.iou; }).mean, 2),
               Number(Of(group, [](const Score& s) { return s.removr.psnr - s.psnr_before; }).mean, 1)});
  };
  const auto size = [&](const std::string& name, double low, double high) {
    add(name, [=](const Score& s) {
      return s.one.spec.kind != Kind::kTiledText && s.one.spec.size >= low && s.one.spec.size < high;
    });
  };
  size("size 2 to 5 % of the width", 0, .05);
  size("size 5 to 15 %", .05, .15);
  size("size 15 to 60 %", .15, 1);
  const auto opacity = [&](const std::string& name, double low, double high) {
    add(name, [=](const Score& s) {
      return IsTranslucent(s.one.spec.kind) && s.one.spec.opacity >= low && s.one.spec.opacity < high;
    });
  };
  opacity("translucent, opacity .15 to .3", 0, .3);
  opacity("translucent, opacity .3 to .55", .3, .55);
  opacity("translucent, opacity .55 to .8", .55, 1);
  for (const FileKind file : {FileKind::kPng, FileKind::kJpeg444, FileKind::kJpeg420}) {
    add(std::string(Name(file)), [=](const Score& s) { return s.one.file == file; });
  }
  return table.Text(markdown);
}

std::string CleanTable(const Run& run, bool markdown) {
  Table table({"nothing to find", "n", "touched", "pixels changed, mean", "pixels changed, worst", "CPU s/MP"});
  for (const CleanKind kind : {CleanKind::kPng, CleanKind::kJpeg, CleanKind::kSceneText}) {
    int n = 0, touched = 0;
    double sum = 0, worst = 0, seconds = 0, megapixels = 0;
    for (const CleanScore& score : run.clean) {
      if (score.kind != kind) continue;
      ++n;
      touched += score.touched;
      sum += score.changed_share;
      worst = std::max(worst, score.changed_share);
      seconds += score.seconds;
      megapixels += score.megapixels;
    }
    if (n == 0) continue;
    table.Add({std::string(Name(kind)), std::to_string(n), std::to_string(touched), Percent(sum / n, 3),
               Percent(worst, 3), Number(seconds / megapixels, 2)});
  }
  return table.Text(markdown);
}

}  // namespace

std::string Report(const Run& run, bool markdown) {
  const auto heading = [&](const std::string& text) {
    return markdown ? "\n**" + text + "**\n\n" : "\n" + text + "\n\n";
  };
  std::string text = run.photos + "; " + run.fonts + "; seed " + std::to_string(run.seed) + "; " +
                     std::to_string(run.threads) + (run.threads == 1 ? " thread" : " threads") + "; peak memory " +
                     Number(run.peak_memory_mib, 0) + " MiB.\n";
  text +=
      heading("Restored, inside the true mask (PSNR in dB: mean; gain: mean ± standard deviation, then quartiles)") +
      RestorationTable(run, markdown);
  text += heading("Found and judged") + DetectionTable(run, markdown);
  text += heading("By size, opacity and file") + BreakdownTable(run, markdown);
  text += heading("Nothing to find") + CleanTable(run, markdown);
  return text;
}

}  // namespace removr::bench
