#include "bench/scene.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "bench/noise.h"
#include "bench/random.h"

namespace removr::bench {
namespace {

using Color = cv::Vec3f;  // B G R, [0,1]

Color Mix(const Color& a, const Color& b, double t) { return a + (b - a) * static_cast<float>(std::clamp(t, 0., 1.)); }

// A scene in the making: linear enough, float, B G R.
struct Painting {
  cv::Mat pixels;  // CV_32FC3
  Rng rng;
  double unit;  // 1 % of the width, in px
  Color haze;   // what far things fade into

  cv::Size size() const { return pixels.size(); }
  cv::Mat Noise(double width_units, double height_units, double gain = .5) {
    return FractalNoise(rng, size(), {width_units * unit, height_units * unit}, gain);
  }

  // Sets every pixel of rows [top, bottom) to color(x, y).
  template <typename ColorAt>
  void Rows(int top, int bottom, ColorAt&& color_at) {
    for (int y = std::max(0, top); y < std::min(bottom, size().height); ++y) {
      auto* row = pixels.ptr<Color>(y);
      for (int x = 0; x < size().width; ++x) row[x] = color_at(x, y, row[x]);
    }
  }
};

void Sky(Painting& p) {
  const int h = p.size().height;
  const bool evening = p.rng.Chance(.35);
  const Color zenith = evening ? Color(.55F, .32F, .22F) : Color(.85F, .52F, .24F);
  const Color horizon = evening ? Color(.45F, .66F, .96F) : Color(.95F, .88F, .78F);
  const cv::Mat clouds = p.Noise(30, 10);
  const double cover = p.rng.Uniform(.47, .62);
  p.haze = Mix(horizon, zenith, .25);
  p.Rows(0, h, [&](int x, int y, const Color&) {
    const double down = std::min(1., 1.6 * y / h), n = clouds.at<float>(y, x);
    const Color cloud = Mix(Color(.99F, .98F, .97F), Color(.72F, .68F, .66F), (n - cover) * 4);
    return Mix(Mix(zenith, horizon, std::pow(down, .7)), evening ? Mix(cloud, horizon, .5) : cloud, (n - cover) * 7);
  });
}

// Light from the upper left on a rough surface: the slope of the noise.
double Relief(const cv::Mat& noise, int x, int y) {
  return noise.at<float>(y, x) - noise.at<float>(std::min(y + 2, noise.rows - 1), std::min(x + 2, noise.cols - 1));
}

// A wooded ridge; `distance` 1 is lost in haze, 0 is near.
void Ridge(Painting& p, double height, double distance) {
  const int h = p.size().height;
  const std::vector<float> line = FractalLine(p.rng, p.size().width, (18 + 25 * distance) * p.unit, .45);
  const cv::Mat wood = p.Noise(2.5 - 1.5 * distance, 2 - 1.2 * distance, .75), patches = p.Noise(18, 7);
  const Color dark = p.rng.Chance(.3) ? Color(.08F, .16F, .2F) : Color(.09F, .19F, .11F);
  const Color light = p.rng.Chance(.3) ? Color(.2F, .45F, .52F) : Color(.22F, .5F, .36F);
  const auto edge = [&](int x) { return (1 - height - .22 * (line[x] - .5)) * h; };
  p.Rows(static_cast<int>((1 - height - .16) * h), h, [&](int x, int y, const Color& behind) {
    const double n = wood.at<float>(y, x);
    const double depth = y - edge(x) + (n - .5) * p.unit * 1.2;  // treetops, not a drawn line
    const double shade = .5 * n + .7 * patches.at<float>(y, x) - .25 + 2.2 * Relief(wood, x, y);
    return Mix(behind, Mix(Mix(dark, light, shade), p.haze, distance * .85), depth + .5);
  });
}

void Meadow(Painting& p, double top) {
  const int h = p.size().height;
  const cv::Mat blades = p.Noise(.5, 2.2, .8), patches = p.Noise(22, 5), flowers = p.Noise(.45, .45, .2);
  const Color bloom = p.rng.Chance(.5) ? Color(.25F, .8F, .95F) : Color(.85F, .85F, .95F);
  p.Rows(static_cast<int>(top * h), h, [&](int x, int y, const Color& behind) {
    const double near = (y / static_cast<double>(h) - top) / (1 - top), b = blades.at<float>(y, x);
    const double tone = .55 * patches.at<float>(y, x) + (.3 + .6 * near) * (b - .5) + .25;
    Color grass = Mix(Color(.07F, .2F, .13F), Color(.3F, .68F, .58F), tone);
    if (flowers.at<float>(y, x) > .86 - .05 * near) grass = Mix(grass, bloom, .8);
    return Mix(behind, grass, (near * h * .4 + (b - .5) * p.unit) + .5);
  });
}

void Tree(Painting& p, double x0, double ground, double radius) {
  const double cx = x0 * p.size().width, r = radius * p.size().width, cy = ground * p.size().height - 1.5 * r;
  const cv::Mat leaves = p.Noise(3, 3, .75);
  const double warm = p.rng.Uniform(0, 1);
  const Color light = Mix(Color(.2F, .55F, .38F), Color(.15F, .5F, .75F), warm);
  p.Rows(static_cast<int>(cy - 1.4 * r), static_cast<int>(ground * p.size().height),
         [&](int x, int y, const Color& behind) {
           const double dx = (x - cx) / r, dy = (y - cy) / r, n = leaves.at<float>(y, x);
           const double trunk = dy > 0 ? .09 - std::abs(dx + .03 * std::sin(4 * dy)) : -1;
           const Color bark = Mix(Color(.1F, .14F, .19F), Color(.25F, .3F, .36F), .5 - 4 * dx + n - .5);
           const double canopy = 1 - dx * dx - dy * dy + 2.6 * (n - .5);
           const double sun = .35 - .3 * dx - .35 * dy + 2.8 * Relief(leaves, x, y);
           return Mix(Mix(behind, bark, trunk * r), Mix(Color(.05F, .12F, .08F), light, sun), canopy * r * .5);
         });
}

void Water(Painting& p, double top) {
  const int h = p.size().height, shore = static_cast<int>(top * h);
  const cv::Mat above = p.pixels.clone(), ripples = p.Noise(9, .9, .65);
  p.Rows(shore, h, [&](int x, int y, const Color&) {
    const double near = (y - shore) / static_cast<double>(h - shore), n = ripples.at<float>(y, x) - .5;
    const int mirrored = std::clamp(static_cast<int>(2 * shore - y + n * near * 22 * p.unit), 0, shore - 1);
    const int beside = std::clamp(static_cast<int>(x + n * near * 6 * p.unit), 0, above.cols - 1);
    return Mix(above.at<Color>(mirrored, beside) * .82F, Color(.28F, .22F, .12F), .25 + .35 * near + n);
  });
}

void Building(Painting& p, cv::Rect2d box, double distance) {
  Rng& rng = p.rng;
  const Color stone = Mix(Color(.42F, .5F, .58F), Color(.62F, .64F, .62F), rng.Uniform(0, 1)) *
                      static_cast<float>(rng.Uniform(.6, 1.2));
  const double pitch_x = rng.Uniform(1.8, 3.2) * p.unit * (1.15 - distance), pitch_y = pitch_x * rng.Uniform(1, 1.7);
  const double glass_w = rng.Uniform(.45, .75), glass_h = rng.Uniform(.5, .75), corner = rng.Uniform(.15, .4);
  const bool corner_left = rng.Chance(.5);
  const Rng windows(rng.Next());
  const cv::Mat grime = FractalNoise(rng, p.size(), {3 * p.unit, 9 * p.unit}, .7);
  const int left = std::max(0, static_cast<int>(box.x)),
            right = std::min(p.size().width, static_cast<int>(box.x + box.width));
  p.Rows(static_cast<int>(box.y), static_cast<int>(box.y + box.height), [&](int x, int y, const Color& behind) {
    if (x < left || x >= right) return behind;
    const double across = (x - box.x) / box.width;
    const bool side = corner_left ? across < corner : across > 1 - corner;
    const double pitch = side ? pitch_x * .55 : pitch_x, u = (x - box.x) / pitch, v = (y - box.y) / pitch_y;
    Color wall = stone * static_cast<float>((side ? .55 : 1.) * (.75 + .5 * grime.at<float>(y, x)));
    const double fu = u - std::floor(u), fv = v - std::floor(v);
    if (fu < glass_w && fv < glass_h && v > .6) {
      Rng window(Rng(windows).Next(), static_cast<std::uint64_t>(u), static_cast<std::uint64_t>(v) + (side ? 1000 : 0));
      const double shine = window.Uniform(0, 1);
      wall = Mix(Color(.2F, .15F, .12F), shine > .85 ? Color(.6F, .85F, .95F) : p.haze, .15 + .5 * shine * (1 - fv));
      if (fu < .08 || fv > glass_h - .07) wall = stone * .4F;
    }
    return Mix(wall, p.haze, distance * .7);
  });
}

void City(Painting& p) {
  const double w = p.size().width, h = p.size().height, street = .86 * h;
  for (const double distance : {.8, .45, .1}) {
    for (double x = -p.rng.Uniform(0, 12) * p.unit; x < w;) {
      const double width = p.rng.Uniform(8, 20) * p.unit,
                   top = h * (.1 + .45 * p.rng.Uniform(0, 1) + .12 * (1 - distance));
      Building(p, {x, top, width, street - top}, distance);
      x += width + (p.rng.Chance(.4) ? p.rng.Uniform(1, 7) * p.unit : 0);
    }
  }
  const cv::Mat asphalt = p.Noise(6, 2, .8);
  p.Rows(static_cast<int>(street), p.size().height, [&](int x, int y, const Color&) {
    const double near = (y - street) / (h - street);
    const bool curb = near<.12, line = near> .55 && near < .62 && std::fmod(x / p.unit + 100, 9) < 5;
    return (curb   ? Color(.5F, .53F, .55F)
            : line ? Color(.75F, .78F, .8F)
                   : Color(.27F, .27F, .28F)) *
           static_cast<float>(.6 + .8 * asphalt.at<float>(y, x));
  });
}

void Ball(Painting& p, double cx, double table, double r, const Color& color) {
  const double cy = table - r;
  const cv::Mat peel = FractalNoise(p.rng, p.size(), {r / 6, r / 6}, .8);
  p.Rows(static_cast<int>(cy - r - 1), static_cast<int>(table + .6 * r), [&](int x, int y, const Color& behind) {
    const double sx = (x - cx - .5 * r) / (1.35 * r), sy = (y - table + .05 * r) / (.3 * r);
    const Color lit = behind * static_cast<float>(1 - .6 * std::exp(-1.6 * (sx * sx + sy * sy)));
    const double dx = (x - cx) / r, dy = (y - cy) / r, d2 = dx * dx + dy * dy;
    if (d2 > 1) return y > table - .35 * r ? lit : behind;
    const double dz = std::sqrt(std::max(0., 1 - d2)), grain = peel.at<float>(y, x) - .5;
    const double light = std::max(0., -.5 * dx - .6 * dy + .62 * dz + .25 * grain);
    const double gloss = std::pow(std::max(0., -.42 * dx - .5 * dy + .76 * dz), 40.);
    const Color skin = color * static_cast<float>((.22 + .85 * light) * (1 + .5 * grain)) +
                       Color(1, 1, 1) * static_cast<float>(.6 * gloss);
    return Mix(behind, skin, (1 - std::sqrt(d2)) * r + .5);
  });
}

void StillLife(Painting& p) {
  const double h = p.size().height, edge = p.rng.Uniform(.5, .62) * h;
  const cv::Mat plaster = p.Noise(14, 14, .6), fibre = p.Noise(45, 1.1, .7), rings = p.Noise(60, 9, .4);
  const Color wall = Mix(Color(.55F, .62F, .62F), Color(.5F, .42F, .35F), p.rng.Uniform(0, 1));
  p.Rows(0, p.size().height, [&](int x, int y, const Color&) {
    if (y < edge) {
      const double light = 1.15 - .6 * x / p.size().width - .25 * y / h;
      return wall * static_cast<float>(light * (.8 + .4 * plaster.at<float>(y, x)));
    }
    const double grain = .5 + .5 * std::sin(60 * rings.at<float>(y, x)),
                 plank = std::fmod((y - edge) / (13 * p.unit), 1);
    const Color wood = Mix(Color(.12F, .23F, .36F), Color(.3F, .5F, .7F), .3 * grain + .7 * fibre.at<float>(y, x));
    return wood * static_cast<float>((plank < .02 ? .4 : 1) * (1.1 - .5 * x / p.size().width));
  });
  const int count = 3 + p.rng.Below(4);
  for (int i = 0; i < count; ++i) {
    const double r = p.rng.Uniform(5, 11) * p.unit, x = (.1 + .8 * (i + .5) / count) * p.size().width;
    const Color fruit = Mix(Mix(Color(.1F, .2F, .85F), Color(.1F, .75F, .9F), p.rng.Uniform(0, 1)),
                            Color(.2F, .65F, .4F), p.rng.Uniform(0, .8));
    Ball(p, x, edge + p.rng.Uniform(.12, .3) * h, r, fruit);
  }
}

void Landscape(Painting& p, bool lake) {
  Sky(p);
  for (const double distance : {.95, .65, .35})
    Ridge(p, .62 - .28 * (1 - distance) + p.rng.Uniform(-.04, .04), distance);
  if (lake) return Water(p, .62);
  Meadow(p, .74);
  for (int i = 0, count = 1 + p.rng.Below(3); i < count; ++i) {
    Tree(p, p.rng.Uniform(.05, .95), p.rng.Uniform(.82, .95), p.rng.Uniform(.07, .14));
  }
}

// What a camera adds: a soft lens, darker corners, a tone curve and grain.
cv::Mat Expose(Painting& p) {
  cv::GaussianBlur(p.pixels, p.pixels, {}, .6);
  cv::Mat grain(p.size(), CV_32FC3);
  cv::RNG(p.rng.Next()).fill(grain, cv::RNG::NORMAL, 0, .009);
  const double cx = p.size().width / 2., cy = p.size().height / 2.;
  p.Rows(0, p.size().height, [&](int x, int y, const Color& color) {
    const double dx = (x - cx) / cx, dy = (y - cy) / cx, corner = 1 - .16 * (dx * dx + dy * dy);
    Color toned;
    for (int c = 0; c < 3; ++c) {
      const double v = std::clamp(color[c] * corner, 0., 1.);
      toned[c] = static_cast<float>(v + .18 * v * (1 - v) * (2 * v - 1));
    }
    return toned + grain.at<Color>(y, x);
  });
  cv::Mat photo;
  p.pixels.convertTo(photo, CV_8U, 255);
  return photo;
}

}  // namespace

cv::Mat DrawScene(std::uint64_t seed, SceneKind kind, cv::Size size) {
  Painting painting{cv::Mat(size, CV_32FC3, cv::Scalar::all(0)),
                    Rng(seed, static_cast<std::uint64_t>(kind), 77),
                    size.width / 100.,
                    {}};
  switch (kind) {
    case SceneKind::kHills: Landscape(painting, false); break;
    case SceneKind::kLake: Landscape(painting, true); break;
    case SceneKind::kCity:
      Sky(painting);
      City(painting);
      break;
    case SceneKind::kStillLife: StillLife(painting); break;
  }
  return Expose(painting);
}

cv::Mat DrawScene(std::uint64_t seed, int index, cv::Size size) {
  return DrawScene(seed + static_cast<std::uint64_t>(index), static_cast<SceneKind>(index % kSceneKindCount), size);
}

}  // namespace removr::bench
