#include "engine/erase/erase.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <opencv2/imgproc.hpp>

namespace removr::erase {
namespace {

// The toy networks: half magenta over gray (engine/nn/testdata/make_toys.py).
const auto kToys = std::filesystem::path(REMOVR_SOURCE_DIR) / "engine/nn/testdata";

std::unique_ptr<Eraser> Toy(int threads = 1) { return Eraser::Create(kToys, threads).value(); }

// A gray photograph with soft texture, in any of the layouts.
image::Image Photo(cv::Size size, int type, image::ColorModel model = image::ColorModel::kRgb, bool has_alpha = false) {
  cv::Mat gray(size, CV_32F);
  cv::RNG(3).fill(gray, cv::RNG::UNIFORM, .1, .7);
  cv::GaussianBlur(gray, gray, {}, 3);
  image::Image image;
  image.model = model;
  image.has_alpha = has_alpha;
  cv::Mat planes;
  cv::merge(std::vector<cv::Mat>(CV_MAT_CN(type), gray), planes);
  planes.convertTo(image.pixels, type, CV_MAT_DEPTH(type) == CV_16U ? 65535 : 255);
  return image;
}

// Half magenta over a rectangle of an RGB(A) photograph.
template <typename Pixel>
void Mark(image::Image& image, const cv::Rect& place) {
  const double white = sizeof(typename Pixel::value_type) == 2 ? 65535 : 255;
  for (int y = place.y; y < place.br().y; ++y) {
    for (int x = place.x; x < place.br().x; ++x) {
      auto& pixel = image.pixels.at<Pixel>(y, x);
      for (int c = 0; c < 3; ++c)
        pixel[c] = cv::saturate_cast<typename Pixel::value_type>((pixel[c] + (c == 1 ? 0 : white)) / 2);
    }
  }
}

image::Finding FindingOver(const cv::Rect& box) {
  return {.kind = image::Kind::kLogo,
          .box = box,
          .confidence = .99F,
          .support = .9F,
          .mean = .9F,
          .least = .15F,
          .region = cv::Mat(box.size(), CV_8U, cv::Scalar(255))};
}

TEST(Eraser, BringsBackWhatIsBelowATranslucentMarkAndNothingElse) {
  const cv::Rect mark(60, 40, 50, 30);
  image::Image photo = Photo({200, 150}, CV_8UC3);
  image::Image marked = photo;
  marked.pixels = photo.pixels.clone();
  Mark<cv::Vec3b>(marked, mark);
  const cv::Mat before = marked.pixels.clone();

  const Erased erased = Toy()->Erase(marked, {FindingOver({50, 30, 70, 50})}).value();
  EXPECT_EQ(cv::norm(marked.pixels, before, cv::NORM_INF), 0) << "the original was changed";
  EXPECT_LE(cv::norm(erased.image.pixels(mark), photo.pixels(mark), cv::NORM_INF), 8);
  EXPECT_LE(cv::norm(erased.image.pixels(mark), photo.pixels(mark), cv::NORM_L1) / (3 * mark.area()), 2);
  EXPECT_EQ(cv::norm(erased.image.pixels, marked.pixels, cv::NORM_INF, erased.mask == 0), 0);
  EXPECT_EQ(cv::countNonZero(erased.mask), mark.area());
  ASSERT_EQ(erased.findings.size(), 1U);
  EXPECT_NEAR(erased.findings[0].opacity, .5, .2);  // a soft photograph tells little about it
}

TEST(Eraser, KeepsSixteenBitsAndAlpha) {
  const cv::Rect mark(20, 20, 30, 30);
  image::Image photo = Photo({100, 100}, CV_16UC4, image::ColorModel::kRgb, true);
  image::Image marked = photo;
  marked.pixels = photo.pixels.clone();
  Mark<cv::Vec4w>(marked, mark);
  const Erased erased = Toy()->Erase(marked, {FindingOver({10, 10, 60, 60})}).value();
  EXPECT_LE(cv::norm(erased.image.pixels(mark), photo.pixels(mark), cv::NORM_INF), 8 * 257);
  EXPECT_EQ(cv::norm(erased.image.pixels, marked.pixels, cv::NORM_INF, erased.mask == 0), 0);
  cv::Mat alpha_before, alpha_after;
  cv::extractChannel(marked.pixels, alpha_before, 3);
  cv::extractChannel(erased.image.pixels, alpha_after, 3);
  EXPECT_EQ(cv::norm(alpha_before, alpha_after, cv::NORM_INF), 0);
}

TEST(Eraser, ChangesNothingOutsideTheFindingsRegion) {
  image::Image marked = Photo({200, 150}, CV_8UC3);
  Mark<cv::Vec3b>(marked, {60, 40, 50, 30});
  image::Finding finding = FindingOver({50, 30, 70, 50});
  finding.region(cv::Rect(0, 0, 20, 50)) = 0;
  const Erased erased = Toy()->Erase(marked, {finding}).value();
  const cv::Rect inside(70, 40, 40, 30);
  cv::Mat allowed = cv::Mat::zeros(marked.pixels.size(), CV_8U);
  allowed(inside) = 255;
  EXPECT_EQ(cv::countNonZero(erased.mask), inside.area());
  EXPECT_EQ(cv::countNonZero(erased.mask & ~allowed), 0);
  EXPECT_EQ(cv::norm(erased.image.pixels, marked.pixels, cv::NORM_INF, ~allowed), 0);
}

// Their strokes are known as sharp as the image, be it larger than what restore is asked at.
TEST(Eraser, LeavesNoRimOfTilesOnALargePhotograph) {
  const image::Image photo = Photo({1400, 1000}, CV_8UC3);
  cv::Mat strokes = cv::Mat::zeros(photo.pixels.size(), CV_8U);
  for (int y = 30; y < 1000; y += 60) {
    for (int x = 10; x < 1400; x += 140)
      cv::putText(strokes, "tiles", {x, y}, cv::FONT_HERSHEY_SIMPLEX, 1.2, 255, 6, cv::LINE_AA);
  }
  cv::Mat alpha, below, over;
  cv::merge(std::vector<cv::Mat>(3, strokes), alpha);
  alpha.convertTo(alpha, CV_32F, .4 / 255);
  photo.pixels.convertTo(below, CV_32F);
  over = below.mul(cv::Scalar::all(1) - alpha) + 255 * alpha;
  image::Image marked = photo;
  marked.pixels = cv::Mat();  // not the photograph's
  over.convertTo(marked.pixels, CV_8U);

  image::Finding tiles = FindingOver({{}, photo.pixels.size()});
  tiles.strokes = strokes;
  cv::dilate(strokes > 50, tiles.region, cv::Mat::ones(7, 7, CV_8U));
  const Erased erased = Toy()->Erase(marked, {tiles}).value();
  ASSERT_EQ(erased.findings.size(), 1U);
  EXPECT_NEAR(erased.findings[0].opacity, .4, .02);
  const cv::Mat rim = (strokes > 20) & (strokes < 235);
  EXPECT_LE(cv::norm(erased.image.pixels, photo.pixels, cv::NORM_L1, rim) / (3 * cv::countNonZero(rim)), 2);
}

// What the toy network is 30 % sure of: less than of a stroke.
const cv::Scalar kFaintMagenta(168, 86, 168);

TEST(Eraser, PaintsOverAllOfABandThatIsOpaqueWithItsText) {
  const cv::Rect band(30, 40, 140, 60), text(70, 60, 60, 20);
  image::Image marked = Photo({200, 150}, CV_8UC3);
  marked.pixels(band) = cv::Scalar(255, 0, 255);
  marked.pixels(text) = kFaintMagenta;
  const Erased erased = Toy()->Erase(marked, {FindingOver({10, 20, 180, 100})}).value();
  EXPECT_EQ(cv::countNonZero(erased.mask(band)), band.area());
  EXPECT_LT(cv::mean(erased.image.pixels(text))[0], 140) << "the text has gone into the fill";
}

TEST(Eraser, KeepsWhatShowsThroughAnOpaqueFrame) {
  const cv::Rect frame(30, 40, 140, 60), window(60, 55, 80, 30);
  image::Image photo = Photo({200, 150}, CV_8UC3);
  image::Image marked = photo;
  marked.pixels = photo.pixels.clone();
  marked.pixels(frame) = cv::Scalar(255, 0, 255);
  photo.pixels(window).copyTo(marked.pixels(window));
  const Erased erased = Toy()->Erase(marked, {FindingOver({10, 20, 180, 100})}).value();
  const cv::Rect within(window.x + 4, window.y + 4, window.width - 8, window.height - 8);
  EXPECT_EQ(cv::countNonZero(erased.mask(within)), 0);
}

TEST(Eraser, SeesARestWhereOneIs) {
  const cv::Rect mark(60, 40, 50, 30);
  image::Image marked = Photo({200, 150}, CV_8UC3);
  Mark<cv::Vec3b>(marked, mark);
  const auto eraser = Toy();
  Erased erased = eraser->Erase(marked, {FindingOver({50, 30, 70, 50})}).value();
  const Remains nothing = eraser->Measure(marked, erased).value();
  EXPECT_LT(nothing.belief, .02F);
  EXPECT_EQ(nothing.trust, erased.findings.front().confidence);
  const cv::Rect half(mark.tl(), cv::Size(25, 30));
  marked.pixels(half).copyTo(erased.image.pixels(half));
  const Remains a_half = eraser->Measure(marked, erased).value();
  EXPECT_NEAR(a_half.belief, .5F, .1F);
  EXPECT_LT(ProbablyGone(a_half), ProbablyGone(nothing));
  const image::Mask untouched = cv::Mat::zeros(marked.pixels.size(), CV_8U);
  EXPECT_EQ(eraser->Measure(marked, {marked, untouched, {}, .4F}).value().doubt, .4F);
}

TEST(Eraser, LeavesOutAFindingWithoutStrokes) {
  const image::Image photo = Photo({200, 150}, CV_8UC3);
  const Erased erased = Toy()->Erase(photo, {FindingOver({50, 30, 70, 50})}).value();
  EXPECT_TRUE(erased.findings.empty());
  EXPECT_EQ(cv::countNonZero(erased.mask), 0);
  EXPECT_EQ(cv::norm(erased.image.pixels, photo.pixels, cv::NORM_INF), 0);
}

TEST(Eraser, ErasesAMarkThatIsLargerThanATileOfTheNetwork) {
  const cv::Rect mark(30, 30, 1400, 1300);
  image::Image photo = Photo({1500, 1400}, CV_8UC3);
  image::Image marked = photo;
  marked.pixels = photo.pixels.clone();
  Mark<cv::Vec3b>(marked, mark);
  const Erased erased = Toy(2)->Erase(marked, {FindingOver({10, 10, 1440, 1340})}).value();
  const cv::Rect inside(40, 40, 1380, 1280);  // the matte is coarser than the image: its edge is soft
  EXPECT_LE(cv::norm(erased.image.pixels(inside), photo.pixels(inside), cv::NORM_INF), 10);
  EXPECT_EQ(cv::norm(erased.image.pixels, marked.pixels, cv::NORM_INF, erased.mask == 0), 0);
}

TEST(Eraser, GivesTheSameBitsOnAnyNumberOfThreads) {
  image::Image marked = Photo({900, 700}, CV_8UC3);
  Mark<cv::Vec3b>(marked, {100, 100, 600, 500});
  const image::Findings findings = {FindingOver({90, 90, 620, 520})};
  const Erased one = Toy(1)->Erase(marked, findings).value();
  const Erased four = Toy(4)->Erase(marked, findings).value();
  EXPECT_EQ(cv::norm(one.image.pixels, four.image.pixels, cv::NORM_INF), 0);
  EXPECT_EQ(cv::norm(one.mask, four.mask, cv::NORM_INF), 0);
}

TEST(Eraser, WorksAtTheImagesEdge) {
  const cv::Size size(200, 150);
  const cv::Rect mark(0, 0, 50, 30), finding(0, 0, 60, 40);
  const cv::Point corner(size.width, size.height);
  for (const bool last : {false, true}) {
    const auto at = [&](const cv::Rect& rect) { return last ? cv::Rect(corner - rect.br(), rect.size()) : rect; };
    image::Image marked = Photo(size, CV_8UC3);
    Mark<cv::Vec3b>(marked, at(mark));
    const Erased erased = Toy()->Erase(marked, {FindingOver(at(finding))}).value();
    EXPECT_EQ(cv::countNonZero(erased.mask(at(mark))), mark.area());
    EXPECT_LE(cv::countNonZero(erased.mask), mark.area() + 4) << "more than a rounded corner";
  }
}

TEST(Eraser, TakesTinyImages) {
  for (const cv::Size size : {cv::Size(1, 1), cv::Size(5, 3), cv::Size(64, 64)}) {
    image::Image marked = Photo(size, CV_8UC3);
    Mark<cv::Vec3b>(marked, {{}, size});
    const auto erased = Toy()->Erase(marked, {FindingOver({{}, size})});
    ASSERT_TRUE(erased) << size;
    EXPECT_EQ(erased->image.pixels.size(), size);
    EXPECT_EQ(erased->mask.size(), size);
    EXPECT_EQ(cv::norm(erased->image.pixels, marked.pixels, cv::NORM_INF, erased->mask == 0), 0);
  }
}

TEST(Eraser, FindsStrokesInARoughHandMadeMask) {
  const cv::Rect mark(60, 40, 50, 30), rough(50, 30, 70, 50);
  image::Image photo = Photo({200, 150}, CV_8UC3);
  image::Image marked = photo;
  marked.pixels = photo.pixels.clone();
  Mark<cv::Vec3b>(marked, mark);
  image::Mask mask = cv::Mat::zeros(marked.pixels.size(), CV_8U);
  mask(rough) = 255;

  const Erased erased = Toy()->EraseMask(marked, mask).value();
  EXPECT_LE(cv::norm(erased.image.pixels(mark), photo.pixels(mark), cv::NORM_INF), 8);
  EXPECT_EQ(cv::countNonZero(erased.mask), mark.area());
  ASSERT_EQ(erased.findings.size(), 1U);
  EXPECT_EQ(erased.findings[0].box, rough);
  EXPECT_LT(erased.findings[0].opacity, .7F);
}

TEST(Eraser, ChangesNothingOutsideAHandMadeMaskThatCutsThroughTheMark) {
  const cv::Rect mark(60, 40, 50, 30);
  image::Image marked = Photo({200, 150}, CV_8UC3);
  Mark<cv::Vec3b>(marked, mark);
  image::Mask mask = cv::Mat::zeros(marked.pixels.size(), CV_8U);
  cv::circle(mask, {80, 55}, 13, 255, cv::FILLED);
  const Erased erased = Toy()->EraseMask(marked, mask).value();
  EXPECT_EQ(cv::norm(erased.image.pixels, marked.pixels, cv::NORM_INF, erased.mask == 0), 0);
  EXPECT_EQ(cv::countNonZero(erased.mask & ~mask), 0);
  EXPECT_GT(cv::countNonZero(erased.mask), 0);
}

TEST(Eraser, FillsAHandMadeMaskUnderWhichNoOverlayShows) {
  image::Image photo = Photo({200, 150}, CV_16UC3);
  photo.pixels(cv::Rect(80, 60, 20, 16)).setTo(cv::Scalar::all(65535));  // gray, so none of the toy network's
  image::Mask mask = cv::Mat::zeros(photo.pixels.size(), CV_8U);
  mask(cv::Rect(78, 58, 24, 20)) = 255;
  const Erased erased = Toy()->EraseMask(photo, mask).value();
  EXPECT_EQ(cv::norm(erased.mask, mask, cv::NORM_INF), 0);
  EXPECT_EQ(cv::norm(erased.image.pixels, photo.pixels, cv::NORM_INF, mask == 0), 0);
  double brightest = 0;
  cv::minMaxLoc(erased.image.pixels.reshape(1)(cv::Rect(3 * 80, 60, 3 * 20, 16)), nullptr, &brightest);
  EXPECT_LT(brightest, .9 * 65535);
  EXPECT_EQ(erased.findings.at(0).opacity, 1);
}

TEST(Eraser, LeavesAnImageAloneUnderAnEmptyMask) {
  const image::Image photo = Photo({60, 50}, CV_8UC3);
  const Erased erased = Toy()->EraseMask(photo, cv::Mat::zeros(50, 60, CV_8U)).value();
  EXPECT_TRUE(erased.findings.empty());
  EXPECT_EQ(cv::norm(erased.image.pixels, photo.pixels, cv::NORM_INF), 0);
}

}  // namespace
}  // namespace removr::erase
