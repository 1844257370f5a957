#include "bench/scene_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "bench/canvas.h"
#include "bench/noise.h"
#include "bench/words.h"

namespace removr::bench {
namespace {

// What is drawn flat, before it is laid onto a surface: coverage of the board and of the letters, CV_32FC1 of one size.
struct Sign {
  cv::Mat board, letters;
};

Sign DrawSign(const Fonts& fonts, Rng& rng, int width_px, bool has_board) {
  const std::string text = SignText(rng);
  cairo_font_face_t* face = fonts.Text(rng).get();
  const Canvas measure(cv::Size(1, 1));
  cairo_set_font_face(measure.cr(), face);
  cairo_set_font_size(measure.cr(), 100);
  const cairo_text_extents_t ink = Ink(measure.cr(), text);
  const double size = 100 * .8 * width_px / ink.width;
  const cv::Size flat(width_px, static_cast<int>(ink.height * size / 100 + .25 * width_px));

  const Canvas letters(flat), board(flat);
  cairo_set_font_face(letters.cr(), face);
  cairo_set_font_size(letters.cr(), size);
  CentredTextPath(letters.cr(), text, flat.width / 2., flat.height / 2.);
  cairo_fill(letters.cr());
  if (has_board) {
    cairo_rectangle(board.cr(), .02 * width_px, .02 * width_px, .96 * width_px, flat.height - .04 * width_px);
    cairo_fill(board.cr());
  }
  return {board.Coverage(), letters.Coverage()};
}

// The middle of a sign of this size: anywhere for a board, and the evenest of a few places for what is painted on the
// scene.
cv::Point2d Middle(Rng& rng, cv::Size flat, const cv::Mat& luma, bool evenest) {
  cv::Point2d best;
  double least = 1e9;
  for (int tries = evenest ? 16 : 1; tries > 0; --tries) {
    const cv::Point2d middle(rng.Uniform(.2, .8) * luma.cols, rng.Uniform(.25, .8) * luma.rows);
    const cv::Rect around(static_cast<int>(middle.x) - flat.width / 2, static_cast<int>(middle.y) - flat.height / 2,
                          flat.width, flat.height);
    cv::Scalar mean, deviation;
    cv::meanStdDev(luma(around & cv::Rect({0, 0}, luma.size())), mean, deviation);
    if (deviation[0] >= least) continue;
    least = deviation[0];
    best = middle;
  }
  return best;
}

// The flat sign seen from aside: its four corners, tilted enough that nobody takes it for an overlay.
std::array<cv::Point2f, 4> Corners(Rng& rng, cv::Size flat, cv::Point2d middle) {
  const double yaw = rng.Uniform(.15, .4) * (rng.Chance(.5) ? 1 : -1), roll = rng.Uniform(-.12, .12);
  std::array<cv::Point2f, 4> corners;
  for (int i = 0; i < 4; ++i) {
    const double side = i == 0 || i == 3 ? -.5 : .5, level = i < 2 ? -.5 : .5;
    const double near = 1 + yaw * side * 2;  // one side is nearer, so larger
    const double x = side * flat.width * (1 - std::abs(yaw) * .6),
                 y = level * flat.height * near + side * yaw * flat.height * .5;
    corners[i] = cv::Point2f(static_cast<float>(middle.x + x * std::cos(roll) - y * std::sin(roll)),
                             static_cast<float>(middle.y + x * std::sin(roll) + y * std::cos(roll)));
  }
  return corners;
}

cv::Mat Laid(const cv::Mat& flat, const std::array<cv::Point2f, 4>& corners, cv::Size image) {
  const auto w = static_cast<float>(flat.cols), h = static_cast<float>(flat.rows);
  const std::array<cv::Point2f, 4> from = {{{0, 0}, {w, 0}, {w, h}, {0, h}}};
  cv::Mat laid;
  cv::warpPerspective(flat, laid, cv::getPerspectiveTransform(from.data(), corners.data()), image, cv::INTER_AREA);
  return laid;
}

cv::Vec3f Paint(Rng& rng) {
  const auto tone = static_cast<float>(rng.Uniform(.05, .9));
  if (rng.Chance(.5)) return {tone, tone, tone};
  return {static_cast<float>(rng.Uniform(.05, .8)), static_cast<float>(rng.Uniform(.05, .8)),
          static_cast<float>(rng.Uniform(.05, .8))};
}

// Lays one sign into `scene` (CV_32FC3, [0,1]).
void AddSign(const Fonts& fonts, Rng& rng, cv::Mat& scene) {
  const bool has_board = rng.Chance(.7), engraved = !has_board && rng.Chance(.4);
  const int width_px = static_cast<int>(rng.LogUniform(.08, .5) * scene.cols);
  const Sign sign = DrawSign(fonts, rng, width_px, has_board);
  cv::Mat luma, light;
  cv::cvtColor(scene, luma, cv::COLOR_BGR2GRAY);
  const auto corners = Corners(rng, sign.letters.size(), Middle(rng, sign.letters.size(), luma, !has_board));
  const cv::Mat board = Laid(sign.board, corners, scene.size()), letters = Laid(sign.letters, corners, scene.size());

  // The light on the surface: the scene's own, without its detail, and a gradient of the sign's.
  cv::GaussianBlur(luma, light, {}, scene.cols / 40.);
  const cv::Mat wear = FractalNoise(rng, scene.size(), {scene.cols / 25., scene.cols / 25.}, .75);
  const cv::Vec3f ground = Paint(rng), paint = ground[1] > .45F ? Paint(rng) * .35F : cv::Vec3f(.85F, .85F, .85F);
  const double slope = rng.Uniform(-.3, .3), cover = rng.Uniform(.75, .95);
  cv::Mat painted = scene.clone();
  for (int y = 0; y < scene.rows; ++y) {
    for (int x = 0; x < scene.cols; ++x) {
      auto& pixel = painted.at<cv::Vec3f>(y, x);
      // Paint shows the surface under it, a board its own wear.
      const double grain_below = std::clamp(luma.at<float>(y, x) / std::max(.05F, light.at<float>(y, x)), .4F, 1.6F);
      const double worn = (.7 + .6 * wear.at<float>(y, x)) * (has_board ? 1 : grain_below);
      const double lit = (.25 + .95 * light.at<float>(y, x)) * (1 + slope * (2. * x / scene.cols - 1)) * worn;
      const float b = board.at<float>(y, x),
                  l = letters.at<float>(y, x) * static_cast<float>(cover * std::min(1., .3 + worn));
      if (engraved) {
        // Cut into the surface: dark, with a lit edge below right.
        const float edge = l - letters.at<float>(std::max(0, y - 2), std::max(0, x - 2));
        pixel = pixel * (1 - .45F * l + .3F * edge);
        continue;
      }
      pixel = pixel * (1 - b) + ground * static_cast<float>(lit) * b;
      pixel = pixel * (1 - l) + paint * static_cast<float>(lit) * l;
    }
  }
  cv::GaussianBlur(painted, painted, {}, rng.Uniform(.7, 1.5));
  cv::Mat grain(scene.size(), CV_32FC3), near;
  cv::RNG(rng.Next()).fill(grain, cv::RNG::NORMAL, 0, rng.Uniform(.006, .02));
  painted += grain;
  // Only the sign and its soft edge change.
  cv::dilate(cv::max(board, letters), near, cv::getStructuringElement(cv::MORPH_ELLIPSE, {7, 7}));
  cv::GaussianBlur(near, near, {}, 1.2);
  for (int y = 0; y < scene.rows; ++y) {
    for (int x = 0; x < scene.cols; ++x) {
      const float a = std::min(1.F, near.at<float>(y, x));
      scene.at<cv::Vec3f>(y, x) = scene.at<cv::Vec3f>(y, x) * (1 - a) + painted.at<cv::Vec3f>(y, x) * a;
    }
  }
}

}  // namespace

cv::Mat WithSceneText(const Fonts& fonts, Rng& rng, const cv::Mat& photo) {
  cv::Mat scene;
  photo.convertTo(scene, CV_32F, 1 / 255.);
  for (int i = 0, count = 1 + rng.Below(3); i < count; ++i) AddSign(fonts, rng, scene);
  cv::Mat out;
  scene.convertTo(out, CV_8U, 255);
  return out;
}

}  // namespace removr::bench
