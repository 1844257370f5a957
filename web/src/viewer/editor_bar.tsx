// The tools of the mask editor.
import { account } from '../session';
import { text } from '../text';
import { Icon, type IconName } from '../ui/icon';
import type { Tool } from './stage';
import type { MaskEdit } from './use_mask_editor';

interface EditorBarProps {
  edit: MaskEdit;
  tool: Tool;
  onTool: (tool: Tool) => void;
  radius: number;
  radiusRange: [number, number];
  onRadius: (radius: number) => void;
}

const kTools: [Tool, IconName, string, string][] = [
  ['brush', 'brush', text.editor.brush, 'B'],
  ['eraser', 'eraser', text.editor.eraser, 'E'],
  ['rectangle', 'rectangle', text.editor.rectangle, 'R'],
];

export function EditorBar({ edit, tool, onTool, radius, radiusRange: [least, most], onRadius }: EditorBarProps) {
  const editor = edit.editor!;
  return (
    <div class="editor-bar" role="group" aria-label={text.editor.tools}>
      <div class="editor-tools">
        {kTools.map(([name, icon, label, key]) => (
          <button key={name} type="button" class="vbutton tool-button" aria-pressed={tool === name} aria-keyshortcuts={key} onClick={() => onTool(name)}>
            <Icon name={icon} />
            <span>{label}</span>
          </button>
        ))}
      </div>
      <div class="editor-tools">
        <label class="size-control">
          <span class="tool-label">{text.editor.size}</span>
          <input
            type="range"
            min={0}
            max={100}
            value={toSlider(radius, least, most)}
            disabled={tool === 'rectangle'}
            aria-valuetext={text.editor.sizeValue(2 * radius)}
            onInput={(event) => onRadius(fromSlider(Number(event.currentTarget.value), least, most))}
          />
          <output class="number">{text.editor.sizeValue(2 * radius)}</output>
        </label>
        <button type="button" class="vbutton icon" aria-label={text.editor.undo} title={text.editor.undo} disabled={!editor.canUndo} onClick={() => editor.undo()}>
          <Icon name="undo" />
        </button>
        <button type="button" class="vbutton icon" aria-label={text.editor.redo} title={text.editor.redo} disabled={!editor.canRedo} onClick={() => editor.redo()}>
          <Icon name="redo" />
        </button>
        <button type="button" class="vbutton icon" aria-label={text.editor.clear} title={text.editor.clear} disabled={editor.mask.isEmpty} onClick={() => editor.clear()}>
          <Icon name="trash" />
        </button>
        {account.value?.rights && (
          <button type="button" class="vbutton" title={text.editor.detect} disabled={edit.detecting} onClick={() => void edit.detect()}>
            {edit.detecting ? <span class="spinner" aria-hidden="true" /> : <Icon name="search" />}
            <span class="tool-label">{edit.detecting ? text.editor.detecting : text.editor.detect}</span>
          </button>
        )}
      </div>
    </div>
  );
}

// Brush sizes are felt as ratios, so the slider is logarithmic.
function toSlider(radius: number, least: number, most: number): number {
  return Math.round((100 * Math.log(radius / least)) / Math.log(most / least));
}

function fromSlider(value: number, least: number, most: number): number {
  return Math.max(least, Math.round(least * (most / least) ** (value / 100)));
}
