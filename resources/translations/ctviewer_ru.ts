<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ru" sourcelanguage="en">
<context>
    <name>AcceptCaseDialog</name>
    <message>
        <source>Accept case for training</source>
        <translation>Принять случай для обучения</translation>
    </message>
    <message>
        <source>The mask becomes an accepted revision. Models retrained here may learn from it; slices that nobody checked do not count.</source>
        <translation>Маска станет принятой редакцией. Модели, дообучаемые здесь, смогут на ней учиться; непроверенные срезы не учитываются.</translation>
    </message>
    <message>
        <source>I checked the mask on all {} slices</source>
        <translation>Я проверил маску на всех срезах ({})</translation>
    </message>
    <message>
        <source>Only the slice looked at or changed so far</source>
        <translation>Только просмотренный или изменённый срез</translation>
    </message>
    <message>
        <source>Only the {} slices looked at or changed so far</source>
        <translation>Только просмотренные или изменённые срезы ({})</translation>
    </message>
    <message>
        <source>Accept case</source>
        <translation>Принять случай</translation>
    </message>
    <message>
        <source>The mask will be learned from as it is. Accept it with these findings?</source>
        <translation>Модель будет учиться на маске как она есть. Принять её с этими замечаниями?</translation>
    </message>
    <message>
        <source>Accept with {} findings</source>
        <translation>Принять (замечаний: {})</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Файл</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Правка</translation>
    </message>
    <message>
        <source>&amp;Segment</source>
        <translation>&amp;Сегментация</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Вид</translation>
    </message>
    <message>
        <source>&amp;Window</source>
        <translation>&amp;Окно</translation>
    </message>
    <message>
        <source>&amp;Measure</source>
        <translation>&amp;Измерения</translation>
    </message>
    <message>
        <source>&amp;Analysis</source>
        <translation>&amp;Анализ</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Справка</translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation>Открыть папку…</translation>
    </message>
    <message>
        <source>Open file…</source>
        <translation>Открыть файл…</translation>
    </message>
    <message>
        <source>Open prior beside the current scan…</source>
        <translation>Открыть прежнее исследование рядом…</translation>
    </message>
    <message>
        <source>Open the demo study</source>
        <translation>Открыть демонстрационное исследование</translation>
    </message>
    <message>
        <source>Study list</source>
        <translation>Список исследований</translation>
    </message>
    <message>
        <source>Next undone case</source>
        <translation>Следующий незавершённый случай</translation>
    </message>
    <message>
        <source>Previous series</source>
        <translation>Предыдущая серия</translation>
    </message>
    <message>
        <source>Next series</source>
        <translation>Следующая серия</translation>
    </message>
    <message>
        <source>Close the study</source>
        <translation>Закрыть исследование</translation>
    </message>
    <message>
        <source>Save revision</source>
        <translation>Сохранить редакцию</translation>
    </message>
    <message>
        <source>Check the mask…</source>
        <translation>Проверить маску…</translation>
    </message>
    <message>
        <source>Accept case for training…</source>
        <translation>Принять случай для обучения…</translation>
    </message>
    <message>
        <source>Import mask…</source>
        <translation>Импорт маски…</translation>
    </message>
    <message>
        <source>Export mask…</source>
        <translation>Экспорт маски…</translation>
    </message>
    <message>
        <source>Save picture of the views…</source>
        <translation>Сохранить снимок…</translation>
    </message>
    <message>
        <source>Copy picture of the views</source>
        <translation>Копировать снимок</translation>
    </message>
    <message>
        <source>Export de-identified study…</source>
        <translation>Экспорт обезличенного исследования…</translation>
    </message>
    <message>
        <source>Preferences…</source>
        <translation>Настройки…</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Выход</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Отменить</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Повторить</translation>
    </message>
    <message>
        <source>Browse</source>
        <translation>Просмотр</translation>
    </message>
    <message>
        <source>Change the window by dragging</source>
        <translation>Менять окно перетаскиванием</translation>
    </message>
    <message>
        <source>Pan by dragging</source>
        <translation>Сдвигать перетаскиванием</translation>
    </message>
    <message>
        <source>Zoom by dragging</source>
        <translation>Масштаб перетаскиванием</translation>
    </message>
    <message>
        <source>Brush</source>
        <translation>Кисть</translation>
    </message>
    <message>
        <source>Eraser</source>
        <translation>Ластик</translation>
    </message>
    <message>
        <source>Polygon</source>
        <translation>Многоугольник</translation>
    </message>
    <message>
        <source>Lasso</source>
        <translation>Лассо</translation>
    </message>
    <message>
        <source>Outline along edges (livewire)</source>
        <translation>Контур по границам</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>Заливка</translation>
    </message>
    <message>
        <source>Region grow in an HU range</source>
        <translation>Рост области в диапазоне HU</translation>
    </message>
    <message>
        <source>Scissors</source>
        <translation>Ножницы</translation>
    </message>
    <message>
        <source>Keep or remove islands</source>
        <translation>Оставить или удалить островки</translation>
    </message>
    <message>
        <source>Outlines and fills subtract</source>
        <translation>Контуры и заливки вычитают</translation>
    </message>
    <message>
        <source>Paint only in lung and air</source>
        <translation>Рисовать только в лёгком и воздухе</translation>
    </message>
    <message>
        <source>HU gate from the clicked tissue</source>
        <translation>Диапазон HU по ткани под щелчком</translation>
    </message>
    <message>
        <source>Paint only within the HU gate</source>
        <translation>Рисовать только в диапазоне HU</translation>
    </message>
    <message>
        <source>Brush in three dimensions</source>
        <translation>Объёмная кисть (шар)</translation>
    </message>
    <message>
        <source>Smaller brush</source>
        <translation>Кисть меньше</translation>
    </message>
    <message>
        <source>Larger brush</source>
        <translation>Кисть больше</translation>
    </message>
    <message>
        <source>Next segment</source>
        <translation>Следующая структура</translation>
    </message>
    <message>
        <source>Cancel the stroke, reject the preview, or stop the tool</source>
        <translation>Отменить штрих, отклонить предпросмотр или выйти из инструмента</translation>
    </message>
    <message>
        <source>New segment…</source>
        <translation>Новая структура…</translation>
    </message>
    <message>
        <source>Rename the segment…</source>
        <translation>Переименовать структуру…</translation>
    </message>
    <message>
        <source>Delete the segment</source>
        <translation>Удалить структуру</translation>
    </message>
    <message>
        <source>Clear the segment</source>
        <translation>Очистить структуру</translation>
    </message>
    <message>
        <source>Keep the largest part</source>
        <translation>Оставить наибольшую часть</translation>
    </message>
    <message>
        <source>Fill holes</source>
        <translation>Заполнить отверстия</translation>
    </message>
    <message>
        <source>Fill between slices</source>
        <translation>Заполнить между срезами</translation>
    </message>
    <message>
        <source>Smooth</source>
        <translation>Сгладить</translation>
    </message>
    <message>
        <source>Smooth all segments jointly</source>
        <translation>Сгладить все структуры совместно</translation>
    </message>
    <message>
        <source>Grow or shrink</source>
        <translation>Расширить или сузить</translation>
    </message>
    <message>
        <source>Add, subtract, intersect</source>
        <translation>Сложить, вычесть, пересечь</translation>
    </message>
    <message>
        <source>Copy to the previous slice</source>
        <translation>Копировать на предыдущий срез</translation>
    </message>
    <message>
        <source>Copy to the next slice</source>
        <translation>Копировать на следующий срез</translation>
    </message>
    <message>
        <source>Relabel</source>
        <translation>Переназначить</translation>
    </message>
    <message>
        <source>Swap left and right lung</source>
        <translation>Поменять местами левое и правое лёгкое</translation>
    </message>
    <message>
        <source>Previous slice</source>
        <translation>Предыдущий срез</translation>
    </message>
    <message>
        <source>Next slice</source>
        <translation>Следующий срез</translation>
    </message>
    <message>
        <source>Ten slices back</source>
        <translation>На десять срезов назад</translation>
    </message>
    <message>
        <source>Ten slices on</source>
        <translation>На десять срезов вперёд</translation>
    </message>
    <message>
        <source>First slice</source>
        <translation>Первый срез</translation>
    </message>
    <message>
        <source>Last slice</source>
        <translation>Последний срез</translation>
    </message>
    <message>
        <source>Next slice to check</source>
        <translation>Следующий срез для проверки</translation>
    </message>
    <message>
        <source>Play through the slices</source>
        <translation>Кинопросмотр срезов</translation>
    </message>
    <message>
        <source>Play faster</source>
        <translation>Быстрее</translation>
    </message>
    <message>
        <source>Play slower</source>
        <translation>Медленнее</translation>
    </message>
    <message>
        <source>Play back and forth</source>
        <translation>Туда и обратно</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Увеличить</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Уменьшить</translation>
    </message>
    <message>
        <source>Reset the view</source>
        <translation>Сбросить вид</translation>
    </message>
    <message>
        <source>Axial view</source>
        <translation>Аксиальная проекция</translation>
    </message>
    <message>
        <source>Three planes</source>
        <translation>Три плоскости</translation>
    </message>
    <message>
        <source>Axial view and 3-D</source>
        <translation>Аксиальная проекция и 3D</translation>
    </message>
    <message>
        <source>Prior beside the current scan</source>
        <translation>Прежнее рядом с текущим</translation>
    </message>
    <message>
        <source>Show masks (hold Space to hide)</source>
        <translation>Показывать маски (удерживайте пробел, чтобы скрыть)</translation>
    </message>
    <message>
        <source>Masks as outlines</source>
        <translation>Маски контурами</translation>
    </message>
    <message>
        <source>Interpolate between voxels</source>
        <translation>Сглаживать между вокселями</translation>
    </message>
    <message>
        <source>Text on the image</source>
        <translation>Текст на изображении</translation>
    </message>
    <message>
        <source>Slab: single slice, MIP, MinIP, mean</source>
        <translation>Слой: один срез, MIP, MinIP, среднее</translation>
    </message>
    <message>
        <source>Thicker slab</source>
        <translation>Слой толще</translation>
    </message>
    <message>
        <source>Thinner slab</source>
        <translation>Слой тоньше</translation>
    </message>
    <message>
        <source>Flip left to right (picture only)</source>
        <translation>Отразить слева направо (только изображение)</translation>
    </message>
    <message>
        <source>Flip top to bottom (picture only)</source>
        <translation>Отразить сверху вниз (только изображение)</translation>
    </message>
    <message>
        <source>As the file recommends</source>
        <translation>Как указано в файле</translation>
    </message>
    <message>
        <source>Invert the grey scale</source>
        <translation>Инвертировать шкалу серого</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Длина</translation>
    </message>
    <message>
        <source>Angle</source>
        <translation>Угол</translation>
    </message>
    <message>
        <source>Two perpendicular diameters</source>
        <translation>Два перпендикулярных диаметра</translation>
    </message>
    <message>
        <source>Ratio of two diameters (PA : aorta)</source>
        <translation>Отношение двух диаметров (ЛА : аорта)</translation>
    </message>
    <message>
        <source>Ellipse with HU statistics</source>
        <translation>Эллипс со статистикой HU</translation>
    </message>
    <message>
        <source>Polygon with HU statistics</source>
        <translation>Многоугольник со статистикой HU</translation>
    </message>
    <message>
        <source>Value of a voxel</source>
        <translation>Значение вокселя</translation>
    </message>
    <message>
        <source>Show measurements</source>
        <translation>Показывать измерения</translation>
    </message>
    <message>
        <source>Copy the list of measurements</source>
        <translation>Копировать список измерений</translation>
    </message>
    <message>
        <source>Export measurements…</source>
        <translation>Экспорт измерений…</translation>
    </message>
    <message>
        <source>Remove the selected measurement</source>
        <translation>Удалить выбранное измерение</translation>
    </message>
    <message>
        <source>Segment lungs and trachea</source>
        <translation>Сегментировать лёгкие и трахею</translation>
    </message>
    <message>
        <source>Accept the preview</source>
        <translation>Принять предпросмотр</translation>
    </message>
    <message>
        <source>Reject the preview</source>
        <translation>Отклонить предпросмотр</translation>
    </message>
    <message>
        <source>Accept on slices not reviewed yet, or everywhere</source>
        <translation>Принимать на непросмотренных срезах или везде</translation>
    </message>
    <message>
        <source>Accept inside a box</source>
        <translation>Принять внутри рамки</translation>
    </message>
    <message>
        <source>Reject or take this structure</source>
        <translation>Отклонить или взять эту структуру</translation>
    </message>
    <message>
        <source>Assess pulmonary hypertension</source>
        <translation>Оценить лёгочную гипертензию</translation>
    </message>
    <message>
        <source>Measure pulmonary trunk and aorta</source>
        <translation>Измерить лёгочный ствол и аорту</translation>
    </message>
    <message>
        <source>Report…</source>
        <translation>Протокол…</translation>
    </message>
    <message>
        <source>Retrain the model…</source>
        <translation>Дообучить модель…</translation>
    </message>
    <message>
        <source>Card of the segmentation model</source>
        <translation>Паспорт модели сегментации</translation>
    </message>
    <message>
        <source>Keys and mouse</source>
        <translation>Клавиши и мышь</translation>
    </message>
    <message>
        <source>About ctviewer</source>
        <translation>О программе ctviewer</translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation>Колесо</translation>
    </message>
    <message>
        <source>Previous or next slice</source>
        <translation>Предыдущий или следующий срез</translation>
    </message>
    <message>
        <source>Ctrl + wheel</source>
        <translation>Ctrl + колесо</translation>
    </message>
    <message>
        <source>Zoom at the pointer</source>
        <translation>Масштаб под указателем</translation>
    </message>
    <message>
        <source>Shift + wheel</source>
        <translation>Shift + колесо</translation>
    </message>
    <message>
        <source>Brush size</source>
        <translation>Размер кисти</translation>
    </message>
    <message>
        <source>Alt + wheel</source>
        <translation>Alt + колесо</translation>
    </message>
    <message>
        <source>Thickness of the slab</source>
        <translation>Толщина слоя</translation>
    </message>
    <message>
        <source>Right drag</source>
        <translation>Перетаскивание правой</translation>
    </message>
    <message>
        <source>Window: across width, down centre</source>
        <translation>Окно: по горизонтали ширина, по вертикали центр</translation>
    </message>
    <message>
        <source>Middle drag</source>
        <translation>Перетаскивание средней</translation>
    </message>
    <message>
        <source>Pan</source>
        <translation>Сдвиг</translation>
    </message>
    <message>
        <source>Left drag</source>
        <translation>Перетаскивание левой</translation>
    </message>
    <message>
        <source>Tool; Browse: scroll, or crosshair</source>
        <translation>Инструмент; «Просмотр»: срезы или перекрестие</translation>
    </message>
    <message>
        <source>Ctrl + left</source>
        <translation>Ctrl + левая</translation>
    </message>
    <message>
        <source>The tool the other way round</source>
        <translation>Инструмент наоборот</translation>
    </message>
    <message>
        <source>Double-click, Enter</source>
        <translation>Двойной щелчок, Enter</translation>
    </message>
    <message>
        <source>Close the outline</source>
        <translation>Замкнуть контур</translation>
    </message>
    <message>
        <source>Backspace</source>
        <translation>Backspace</translation>
    </message>
    <message>
        <source>Last point of the outline back</source>
        <translation>Вернуть последнюю точку контура</translation>
    </message>
    <message>
        <source>Double-click</source>
        <translation>Двойной щелчок</translation>
    </message>
    <message>
        <source>One view large, or all again</source>
        <translation>Одно окно крупно или снова все</translation>
    </message>
    <message>
        <source>Shift + move</source>
        <translation>Shift + движение</translation>
    </message>
    <message>
        <source>Crosshair follows (three planes)</source>
        <translation>Перекрестие следует (три плоскости)</translation>
    </message>
    <message>
        <source>Hold Space</source>
        <translation>Удерживать пробел</translation>
    </message>
    <message>
        <source>Hide the masks</source>
        <translation>Скрыть маски</translation>
    </message>
    <message>
        <source>{action} {gesture}</source>
        <translation>{action}: {gesture}</translation>
    </message>
</context>
<context>
    <name>AnalysisCommands</name>
    <message>
        <source>Version {}</source>
        <translation>Версия {}</translation>
    </message>
    <message>
        <source>The licences of its parts are in {}.</source>
        <translation>Лицензии составных частей находятся в {}.</translation>
    </message>
    <message>
        <source>About ctviewer</source>
        <translation>О программе ctviewer</translation>
    </message>
    <message>
        <source>ctviewer: reads chest CT, segments lungs and trachea, learns from corrections on this computer.</source>
        <translation>ctviewer: просмотр КТ грудной клетки, сегментация лёгких и трахеи, обучение на исправлениях на этом компьютере.</translation>
    </message>
</context>
<context>
    <name>Annotations</name>
    <message>
        <source>Axial</source>
        <translation>Аксиальная</translation>
    </message>
    <message>
        <source>Coronal</source>
        <translation>Корональная</translation>
    </message>
    <message>
        <source>Sagittal</source>
        <translation>Сагиттальная</translation>
    </message>
    <message>
        <source>C {center}  W {width}</source>
        <translation>Ц {center}  Ш {width}</translation>
    </message>
    <message>
        <source>{} slice</source>
        <translation>{} проекция: срез</translation>
    </message>
    <message>
        <source>Slice; marks show reviewed slices</source>
        <translation>Срез; отметки показывают просмотренные срезы</translation>
    </message>
    <message>
        <source>{} view</source>
        <translation>{} проекция</translation>
    </message>
    <message>
        <source>Zoom {:.0%}</source>
        <translation>Масштаб {:.0%}</translation>
    </message>
</context>
<context>
    <name>Badges</name>
    <message>
        <source>FLIPPED ↕</source>
        <translation>ОТРАЖЕНО ↕</translation>
    </message>
    <message>
        <source>FLIPPED ↔</source>
        <translation>ОТРАЖЕНО ↔</translation>
    </message>
    <message>
        <source>FLIPPED ↕ ↔</source>
        <translation>ОТРАЖЕНО ↕ ↔</translation>
    </message>
    <message>
        <source>SYNTHETIC</source>
        <translation>СИНТЕТИКА</translation>
    </message>
    <message>
        <source>VALUES ARE NOT HU</source>
        <translation>ЗНАЧЕНИЯ НЕ В HU</translation>
    </message>
    <message>
        <source>PREVIEW</source>
        <translation>ПРЕДПРОСМОТР</translation>
    </message>
    <message>
        <source>INVERTED</source>
        <translation>ИНВЕРСИЯ</translation>
    </message>
    <message>
        <source>MASKS HIDDEN</source>
        <translation>МАСКИ СКРЫТЫ</translation>
    </message>
    <message>
        <source>NO POSITIONS: SIDES UNKNOWN</source>
        <translation>НЕТ ПОЛОЖЕНИЙ: СТОРОНЫ НЕИЗВЕСТНЫ</translation>
    </message>
    <message>
        <source>TILT CORRECTED</source>
        <translation>НАКЛОН ИСПРАВЛЕН</translation>
    </message>
    <message>
        <source>SLICES MOVED INTO LINE</source>
        <translation>СРЕЗЫ ВЫРОВНЕНЫ</translation>
    </message>
    <message>
        <source>INTERPOLATED</source>
        <translation>ИНТЕРПОЛИРОВАНО</translation>
    </message>
    <message>
        <source>SLICES MISSING</source>
        <translation>НЕ ХВАТАЕТ СРЕЗОВ</translation>
    </message>
    <message>
        <source>OBLIQUE {:.0f}°</source>
        <translation>НАКЛОН {:.0f}°</translation>
    </message>
</context>
<context>
    <name>CaseTable</name>
    <message>
        <source>trains</source>
        <translation>обучение</translation>
    </message>
    <message>
        <source>measures</source>
        <translation>оценка</translation>
    </message>
    <message>
        <source>Accepted cases</source>
        <translation>Принятые случаи</translation>
    </message>
    <message>
        <source>no, new</source>
        <translation>нет, новый</translation>
    </message>
    <message>
        <source>yes, rehearsed</source>
        <translation>да, повторение</translation>
    </message>
</context>
<context>
    <name>CheatSheet</name>
    <message>
        <source>Keys and mouse</source>
        <translation>Клавиши и мышь</translation>
    </message>
    <message>
        <source>Print…</source>
        <translation>Печать…</translation>
    </message>
    <message>
        <source>Mouse</source>
        <translation>Мышь</translation>
    </message>
</context>
<context>
    <name>CheckMaskDialog</name>
    <message>
        <source>Check of the mask</source>
        <translation>Проверка маски</translation>
    </message>
</context>
<context>
    <name>ComparisonWidget</name>
    <message>
        <source>Slices where the new model is most wrong</source>
        <translation>Срезы, где новая модель ошибается сильнее всего</translation>
    </message>
    <message>
        <source>Where the new model is most wrong; from left to right: reference, before, after</source>
        <translation>Где новая модель ошибается сильнее всего; слева направо: эталон, до, после</translation>
    </message>
    <message>
        <source>Structure</source>
        <translation>Структура</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>До</translation>
    </message>
    <message>
        <source>After</source>
        <translation>После</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Изменение</translation>
    </message>
    <message>
        <source>HD95, mm</source>
        <translation>HD95, мм</translation>
    </message>
    <message>
        <source>Before and after retraining</source>
        <translation>До и после дообучения</translation>
    </message>
    <message>
        <source>No patient is held out yet, so the new model could not be measured. Accept a case of a second patient.</source>
        <translation>Отложенных пациентов пока нет, поэтому новую модель нечем измерить. Примите случай второго пациента.</translation>
    </message>
    <message>
        <source>Dice on {cases} held-out case(s) of {patients} patient(s); neither model was trained on them.</source>
        <translation>Коэффициент Dice на отложенных случаях: {cases}, пациентов: {patients}; ни одна из моделей на них не обучалась.</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>Среднее</translation>
    </message>
    <message>
        <source>{ml} ml more lung is on the wrong side.</source>
        <translation>Не на той стороне ещё {ml} мл лёгкого.</translation>
    </message>
    <message>
        <source>{name}: one case lost {amount} Dice.</source>
        <translation>{name}: один случай потерял {amount} Dice.</translation>
    </message>
    <message>
        <source>{name}: lost {amount} Dice, more than chance explains.</source>
        <translation>{name}: потеряно {amount} Dice, больше случайного.</translation>
    </message>
</context>
<context>
    <name>CurvesWidget</name>
    <message>
        <source>Loss</source>
        <translation>Функция потерь</translation>
    </message>
    <message>
        <source>iteration</source>
        <translation>итерация</translation>
    </message>
    <message>
        <source>Dice on held-out cases</source>
        <translation>Dice на отложенных случаях</translation>
    </message>
    <message>
        <source>training</source>
        <translation>обучение</translation>
    </message>
    <message>
        <source>held-out</source>
        <translation>отложенные</translation>
    </message>
</context>
<context>
    <name>DamagedStore</name>
    <message>
        <source>The backup is in place; the damaged file is kept as {}.</source>
        <translation>Резервная копия восстановлена; повреждённый файл сохранён как {}.</translation>
    </message>
    <message>
        <source>Start the program again.</source>
        <translation>Запустите программу снова.</translation>
    </message>
    <message>
        <source>The backup from {} is sound; until it is restored, changes are not kept.</source>
        <translation>Резервная копия от {} исправна; пока она не восстановлена, изменения не сохраняются.</translation>
    </message>
    <message>
        <source>Restore the backup</source>
        <translation>Восстановить копию</translation>
    </message>
</context>
<context>
    <name>DeidentifyDialog</name>
    <message>
        <source>Export de-identified study</source>
        <translation>Экспорт обезличенного исследования</translation>
    </message>
    <message>
        <source>A copy is made from a list of what may stay: the picture, its place and how it was taken. Names, numbers, comments, private data and overlays cannot get into it. Identifiers become pseudonyms that only this installation can make again.</source>
        <translation>Копия составляется по списку допустимого: изображение, его положение и условия съёмки. Имена, номера, комментарии, частные данные и наложения в неё не попадают. Идентификаторы заменяются псевдонимами, которые может повторить только эта установка.</translation>
    </message>
    <message>
        <source>Pictures are not changed: look for names burned into them, and for faces.</source>
        <translation>Изображения не меняются: проверьте, нет ли на них впечатанных имён и лиц.</translation>
    </message>
    <message>
        <source>With the mask, as a DICOM segmentation</source>
        <translation>С маской, как сегментация DICOM</translation>
    </message>
    <message>
        <source>Remove all dates</source>
        <translation>Удалить все даты</translation>
    </message>
    <message>
        <source>Shift dates into the past, by the same number of days for each patient</source>
        <translation>Сдвинуть даты в прошлое, на одно число дней для каждого пациента</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>Выбрать папку…</translation>
    </message>
</context>
<context>
    <name>EmptyState</name>
    <message>
        <source>Open folder…</source>
        <translation>Открыть папку…</translation>
    </message>
    <message>
        <source>Open file…</source>
        <translation>Открыть файл…</translation>
    </message>
    <message>
        <source>Open the demo study</source>
        <translation>Открыть демонстрационное исследование</translation>
    </message>
    <message>
        <source>Drop a CT folder or file here</source>
        <translation>Перетащите сюда папку или файл КТ</translation>
    </message>
    <message>
        <source>DICOM, NIfTI, NRRD, MHA or MHD. Everything stays on this computer.</source>
        <translation>DICOM, NIfTI, NRRD, MHA или MHD. Все данные остаются на этом компьютере.</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>Загрузка…</translation>
    </message>
</context>
<context>
    <name>Evidence</name>
    <message>
        <source>Pulmonary trunk</source>
        <translation>Лёгочный ствол</translation>
    </message>
    <message>
        <source>Ascending aorta</source>
        <translation>Восходящая аорта</translation>
    </message>
    <message>
        <source>Trunk : aorta</source>
        <translation>Ствол ЛА : аорта</translation>
    </message>
    <message>
        <source>Right pulmonary artery</source>
        <translation>Правая лёгочная артерия</translation>
    </message>
    <message>
        <source>Left pulmonary artery</source>
        <translation>Левая лёгочная артерия</translation>
    </message>
    <message>
        <source>Right : left ventricle</source>
        <translation>Правый : левый желудочек</translation>
    </message>
    <message>
        <source>men</source>
        <translation>муж.</translation>
    </message>
    <message>
        <source>women</source>
        <translation>жен.</translation>
    </message>
    <message>
        <source>Cut-offs and classifier point the same way.</source>
        <translation>Пороги и классификатор согласны.</translation>
    </message>
    <message>
        <source>Cut-offs and classifier point different ways.</source>
        <translation>Пороги и классификатор расходятся.</translation>
    </message>
    <message>
        <source>The cut-offs are divided among themselves.</source>
        <translation>Пороги расходятся между собой.</translation>
    </message>
    <message>
        <source>reached</source>
        <translation>достигнут</translation>
    </message>
    <message>
        <source>below</source>
        <translation>ниже</translation>
    </message>
</context>
<context>
    <name>EvidenceView</name>
    <message>
        <source>Measure vessels</source>
        <translation>Измерить сосуды</translation>
    </message>
    <message>
        <source>Propose calipers across pulmonary trunk and ascending aorta on a contrast scan (Shift+D).</source>
        <translation>Предложить циркули через лёгочный ствол и восходящую аорту на исследовании с контрастом (Shift+D).</translation>
    </message>
    <message>
        <source>Show the calipers on their slice.</source>
        <translation>Показать циркули на их срезе.</translation>
    </message>
    <message>
        <source>Draw by hand: {}</source>
        <translation>Начертить вручную: {}</translation>
    </message>
    <message>
        <source>{count} of {total} cut-offs are reached.</source>
        <translation>Достигнуто порогов: {count} из {total}.</translation>
    </message>
    <message>
        <source>The classifier gives {percent} % to the classes above the control class.</source>
        <translation>Классификатор даёт {percent} % классам выше контрольного.</translation>
    </message>
</context>
<context>
    <name>ExchangeCommands</name>
    <message>
        <source>Smoothed surfaces, one STL file per structure</source>
        <translation>Сглаженные поверхности, один файл STL на структуру</translation>
    </message>
    <message>
        <source>Export the mask</source>
        <translation>Экспорт маски</translation>
    </message>
    <message>
        <source>Masks</source>
        <translation>Маски</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Все файлы</translation>
    </message>
    <message>
        <source>Import a mask</source>
        <translation>Импорт маски</translation>
    </message>
    <message>
        <source>Folder for the de-identified study</source>
        <translation>Папка для обезличенного исследования</translation>
    </message>
</context>
<context>
    <name>FileCommands</name>
    <message>
        <source>Open a folder with CT images</source>
        <translation>Открыть папку с КТ-изображениями</translation>
    </message>
    <message>
        <source>Open a CT file</source>
        <translation>Открыть файл КТ</translation>
    </message>
</context>
<context>
    <name>FindingsList</name>
    <message>
        <source>Findings</source>
        <translation>Замечания</translation>
    </message>
    <message>
        <source>Checking the mask…</source>
        <translation>Проверка маски…</translation>
    </message>
    <message>
        <source>The check found nothing that looks wrong.</source>
        <translation>Проверка не нашла ничего подозрительного.</translation>
    </message>
    <message>
        <source>The check found one thing to look at. A click goes to its slice.</source>
        <translation>Проверка нашла одно замечание. Щелчок переходит к срезу.</translation>
    </message>
    <message>
        <source>The check found {} things to look at. A click goes to the slice.</source>
        <translation>Проверка нашла замечаний: {}. Щелчок переходит к срезу.</translation>
    </message>
    <message>
        <source>Slice {0}: {1}</source>
        <translation>Срез {0}: {1}</translation>
    </message>
</context>
<context>
    <name>FirstSlice</name>
    <message>
        <source>First slice of the series that is being loaded</source>
        <translation>Первый срез загружаемой серии</translation>
    </message>
    <message>
        <source>LOADING THE REST</source>
        <translation>ЗАГРУЖАЕТСЯ ОСТАЛЬНОЕ</translation>
    </message>
</context>
<context>
    <name>GuideCommands</name>
    <message>
        <source>Every slice worth a look was looked at.</source>
        <translation>Все срезы, достойные внимания, просмотрены.</translation>
    </message>
    <message>
        <source>Nothing is known yet about which slices to check.</source>
        <translation>Пока неизвестно, какие срезы проверить.</translation>
    </message>
    <message>
        <source>Segment the scan (S) or check the mask (Ctrl+K) first.</source>
        <translation>Сначала сегментируйте (S) или проверьте маску (Ctrl+K).</translation>
    </message>
</context>
<context>
    <name>HeatStrip</name>
    <message>
        <source>Slices worth looking at</source>
        <translation>Срезы, достойные внимания</translation>
    </message>
    <message>
        <source>Slice {0}: expected benefit of a look {1} %</source>
        <translation>Срез {0}: ожидаемая польза просмотра {1} %</translation>
    </message>
    <message>
        <source>Slice {0}: looked at</source>
        <translation>Срез {0}: просмотрен</translation>
    </message>
</context>
<context>
    <name>ImportMaskDialog</name>
    <message>
        <source>Import a mask</source>
        <translation>Импорт маски</translation>
    </message>
    <message>
        <source>{} holds these structures. Each replaces the segment beside it, as one step that can be undone.</source>
        <translation>В {} есть эти структуры. Каждая заменит структуру рядом с ней, одним отменяемым шагом.</translation>
    </message>
    <message>
        <source>In the file</source>
        <translation>В файле</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>Объём</translation>
    </message>
    <message>
        <source>Becomes</source>
        <translation>Станет</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Импортировать</translation>
    </message>
    <message>
        <source>New segment “{}”</source>
        <translation>Новая структура «{}»</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>Пропустить</translation>
    </message>
    <message>
        <source>What {} becomes</source>
        <translation>Чем станет {}</translation>
    </message>
    <message>
        <source>Two structures cannot become the same segment.</source>
        <translation>Две структуры не могут стать одной.</translation>
    </message>
</context>
<context>
    <name>JobBar</name>
    <message>
        <source>Cancel</source>
        <translation>Отмена</translation>
    </message>
    <message>
        <source>Cancel the running job</source>
        <translation>Прервать выполнение</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Остановка…</translation>
    </message>
    <message>
        <source>{} left</source>
        <translation>осталось {}</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Segment</source>
        <translation>Сегментировать</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Инструменты</translation>
    </message>
    <message>
        <source>Patient</source>
        <translation>Пациент</translation>
    </message>
    <message>
        <source>no segmentation model</source>
        <translation>нет модели сегментации</translation>
    </message>
</context>
<context>
    <name>Marks</name>
    <message>
        <source>no positions</source>
        <translation>нет положений</translation>
    </message>
    <message>
        <source>not HU</source>
        <translation>не HU</translation>
    </message>
    <message>
        <source>choice needed</source>
        <translation>нужен выбор</translation>
    </message>
    <message>
        <source>tilt corrected</source>
        <translation>наклон исправлен</translation>
    </message>
    <message>
        <source>slices moved</source>
        <translation>срезы сдвинуты</translation>
    </message>
    <message>
        <source>interpolated</source>
        <translation>интерполировано</translation>
    </message>
    <message>
        <source>slices missing</source>
        <translation>не хватает срезов</translation>
    </message>
    <message>
        <source>repeated slices</source>
        <translation>срезы повторяются</translation>
    </message>
    <message>
        <source>damaged files</source>
        <translation>повреждённые файлы</translation>
    </message>
    <message>
        <source>lossy</source>
        <translation>с потерями</translation>
    </message>
    <message>
        <source>identity incomplete</source>
        <translation>нет полных UID</translation>
    </message>
    <message>
        <source>geometry regular</source>
        <translation>геометрия правильная</translation>
    </message>
    <message>
        <source>Not analysed: {}</source>
        <translation>Не анализируется: {}</translation>
    </message>
    <message>
        <source>cannot be opened</source>
        <translation>не открывается</translation>
    </message>
    <message>
        <source>not analysed</source>
        <translation>не анализируется</translation>
    </message>
    <message>
        <source>Patient not named</source>
        <translation>Пациент не указан</translation>
    </message>
    <message>
        <source>{} slices</source>
        <translation>срезов: {}</translation>
    </message>
</context>
<context>
    <name>MeasureCommands</name>
    <message>
        <source>Export measurements</source>
        <translation>Экспорт измерений</translation>
    </message>
    <message>
        <source>Table (*.csv)</source>
        <translation>Таблица (*.csv)</translation>
    </message>
    <message>
        <source>The measurements were written to {}.</source>
        <translation>Измерения записаны в {}.</translation>
    </message>
</context>
<context>
    <name>Measurements</name>
    <message>
        <source>Length</source>
        <translation>Длина</translation>
    </message>
    <message>
        <source>Angle</source>
        <translation>Угол</translation>
    </message>
    <message>
        <source>Two diameters</source>
        <translation>Два диаметра</translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation>Эллипс</translation>
    </message>
    <message>
        <source>Polygon</source>
        <translation>Многоугольник</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Значение</translation>
    </message>
    <message>
        <source>PA : aorta</source>
        <translation>ЛА : аорта</translation>
    </message>
    <message>
        <source>Trunk : aorta</source>
        <translation>Ствол ЛА : аорта</translation>
    </message>
    <message>
        <source>Right pulmonary artery</source>
        <translation>Правая лёгочная артерия</translation>
    </message>
    <message>
        <source>Left pulmonary artery</source>
        <translation>Левая лёгочная артерия</translation>
    </message>
    <message>
        <source>Right : left ventricle</source>
        <translation>Правый : левый желудочек</translation>
    </message>
    <message>
        <source>RV</source>
        <translation>ПЖ</translation>
    </message>
    <message>
        <source>LV</source>
        <translation>ЛЖ</translation>
    </message>
    <message>
        <source>PA</source>
        <translation>ЛА</translation>
    </message>
    <message>
        <source>Ao</source>
        <translation>Ао</translation>
    </message>
    <message>
        <source>Long diameter</source>
        <translation>Большой диаметр</translation>
    </message>
    <message>
        <source>Short diameter</source>
        <translation>Малый диаметр</translation>
    </message>
    <message>
        <source>First caliper</source>
        <translation>Первый циркуль</translation>
    </message>
    <message>
        <source>Second caliper</source>
        <translation>Второй циркуль</translation>
    </message>
    <message>
        <source>Ratio</source>
        <translation>Отношение</translation>
    </message>
    <message>
        <source>Area</source>
        <translation>Площадь</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>Среднее</translation>
    </message>
    <message>
        <source>Standard deviation</source>
        <translation>Стандартное отклонение</translation>
    </message>
    <message>
        <source>Minimum</source>
        <translation>Минимум</translation>
    </message>
    <message>
        <source>Maximum</source>
        <translation>Максимум</translation>
    </message>
    <message>
        <source>Voxels</source>
        <translation>Воксели</translation>
    </message>
    <message>
        <source>outline crosses itself</source>
        <translation>контур пересекает себя</translation>
    </message>
    <message>
        <source>no data here</source>
        <translation>здесь нет данных</translation>
    </message>
</context>
<context>
    <name>MeasurementsPanel</name>
    <message>
        <source>Measurements</source>
        <translation>Измерения</translation>
    </message>
    <message>
        <source>Choose a tool, then click or drag on a slice.</source>
        <translation>Выберите инструмент, затем щёлкните или протяните по срезу.</translation>
    </message>
</context>
<context>
    <name>MessageRow</name>
    <message>
        <source>Close</source>
        <translation>Закрыть</translation>
    </message>
    <message>
        <source>Close the message</source>
        <translation>Закрыть сообщение</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Подробности</translation>
    </message>
</context>
<context>
    <name>ModelCard</name>
    <message>
        <source>{} – model card</source>
        <translation>{}: паспорт модели</translation>
    </message>
    <message>
        <source>This version came without a card.</source>
        <translation>У этой версии нет паспорта.</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Версия</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Сеть</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>Создана</translation>
    </message>
    <message>
        <source>Parent</source>
        <translation>Исходная версия</translation>
    </message>
    <message>
        <source>none</source>
        <translation>нет</translation>
    </message>
    <message>
        <source>Weights SHA-256</source>
        <translation>SHA-256 весов</translation>
    </message>
</context>
<context>
    <name>ModelPanel</name>
    <message>
        <source>Segmentation model</source>
        <translation>Модель сегментации</translation>
    </message>
    <message>
        <source>Segment</source>
        <translation>Сегментация</translation>
    </message>
    <message>
        <source>Card</source>
        <translation>Паспорт</translation>
    </message>
    <message>
        <source>Retrain…</source>
        <translation>Обучить…</translation>
    </message>
    <message>
        <source>No segmentation model is installed.</source>
        <translation>Модель сегментации не установлена.</translation>
    </message>
</context>
<context>
    <name>NewSegmentDialog</name>
    <message>
        <source>New segment</source>
        <translation>Новая структура</translation>
    </message>
    <message>
        <source>Structure</source>
        <translation>Структура</translation>
    </message>
    <message>
        <source>Search structures</source>
        <translation>Поиск структур</translation>
    </message>
    <message>
        <source>Colour…</source>
        <translation>Цвет…</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Добавить</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Имя</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>Код</translation>
    </message>
    <message>
        <source>Another structure, without a code</source>
        <translation>Другая структура, без кода</translation>
    </message>
    <message>
        <source>Segment</source>
        <translation>Структура</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>Цвет</translation>
    </message>
</context>
<context>
    <name>OpacityAction</name>
    <message>
        <source>Opacity</source>
        <translation>Непрозрачность</translation>
    </message>
</context>
<context>
    <name>PaintRuleRows</name>
    <message>
        <source>Segment inside which may be painted</source>
        <translation>Структура, внутри которой можно рисовать</translation>
    </message>
    <message>
        <source>everything not locked</source>
        <translation>всё незакреплённое</translation>
    </message>
    <message>
        <source>background; erase one segment</source>
        <translation>фон; стирать одну структуру</translation>
    </message>
    <message>
        <source>only inside a segment</source>
        <translation>только внутри структуры</translation>
    </message>
    <message>
        <source>What may be painted over</source>
        <translation>Поверх чего можно рисовать</translation>
    </message>
    <message>
        <source>Paint over</source>
        <translation>Поверх</translation>
    </message>
    <message>
        <source>HU gate</source>
        <translation>Диапазон HU</translation>
    </message>
    <message>
        <source>Change only voxels within this range (H)</source>
        <translation>Менять только воксели этого диапазона (H)</translation>
    </message>
    <message>
        <source>Lowest HU</source>
        <translation>Наименьшее HU</translation>
    </message>
    <message>
        <source>Highest HU</source>
        <translation>Наибольшее HU</translation>
    </message>
    <message>
        <source>Lung and air, −1024 to −300 HU (Shift+H)</source>
        <translation>Лёгкое и воздух, от −1024 до −300 HU (Shift+H)</translation>
    </message>
    <message>
        <source>Range from the tissue that is clicked (Ctrl+Shift+H)</source>
        <translation>Диапазон по ткани под щелчком (Ctrl+Shift+H)</translation>
    </message>
</context>
<context>
    <name>PatientBanner</name>
    <message>
        <source>NOT FOR DIAGNOSTIC USE</source>
        <translation>НЕ ДЛЯ ДИАГНОСТИКИ</translation>
    </message>
    <message>
        <source>READ-ONLY</source>
        <translation>ТОЛЬКО ЧТЕНИЕ</translation>
    </message>
    <message>
        <source>No study open</source>
        <translation>Исследование не открыто</translation>
    </message>
    <message>
        <source>Patient not named in the file</source>
        <translation>Пациент в файле не указан</translation>
    </message>
    <message>
        <source>born {}</source>
        <translation>род. {}</translation>
    </message>
    <message>
        <source>Series {}: </source>
        <translation>Серия {}: </translation>
    </message>
    <message>
        <source>contrast {}</source>
        <translation>контраст {}</translation>
    </message>
    <message>
        <source>Acc. {}</source>
        <translation>№ {}</translation>
    </message>
</context>
<context>
    <name>PhPanel</name>
    <message>
        <source>Assess</source>
        <translation>Оценить</translation>
    </message>
    <message>
        <source>Classify the slice through the pulmonary trunk, found automatically (P).</source>
        <translation>Классифицировать срез через лёгочный ствол, найденный автоматически (P).</translation>
    </message>
    <message>
        <source>Use this slice</source>
        <translation>Этот срез</translation>
    </message>
    <message>
        <source>Classify the axial slice on screen instead.</source>
        <translation>Классифицировать аксиальный срез, показанный на экране.</translation>
    </message>
    <message>
        <source>Card</source>
        <translation>Паспорт</translation>
    </message>
    <message>
        <source>Research use: class probabilities of a model, not a diagnosis.</source>
        <translation>Для исследований: вероятности классов модели, не диагноз.</translation>
    </message>
</context>
<context>
    <name>PhPicture</name>
    <message>
        <source>Picture the model saw</source>
        <translation>Изображение, которое видела модель</translation>
    </message>
</context>
<context>
    <name>PictureCommands</name>
    <message>
        <source>The picture is on the clipboard.</source>
        <translation>Снимок скопирован в буфер обмена.</translation>
    </message>
    <message>
        <source>Save the picture</source>
        <translation>Сохранить снимок</translation>
    </message>
    <message>
        <source>Picture (*.png)</source>
        <translation>Изображение (*.png)</translation>
    </message>
    <message>
        <source>Use the ending .png.</source>
        <translation>Используйте расширение .png.</translation>
    </message>
    <message>
        <source>The picture was written to {}.</source>
        <translation>Снимок записан в {}.</translation>
    </message>
    <message>
        <source>The picture could not be written to {}.</source>
        <translation>Снимок не удалось записать в {}.</translation>
    </message>
</context>
<context>
    <name>PredictionChoices</name>
    <message>
        <source>everywhere</source>
        <translation>везде</translation>
    </message>
    <message>
        <source>only slices not reviewed yet</source>
        <translation>только непросмотренные срезы</translation>
    </message>
    <message>
        <source>only inside a box</source>
        <translation>только внутри рамки</translation>
    </message>
    <message>
        <source>Where the prediction is accepted</source>
        <translation>Где принимается предсказание</translation>
    </message>
    <message>
        <source>Structures</source>
        <translation>Структуры</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>Принять</translation>
    </message>
    <message>
        <source>Structures {}/{}</source>
        <translation>Структуры {}/{}</translation>
    </message>
    <message>
        <source>Changes {} voxels drawn by hand ({:.1f} ml).</source>
        <translation>Меняет нарисованные вручную воксели: {} ({:.1f} мл).</translation>
    </message>
    <message>
        <source>Leaves {} voxels drawn by hand ({:.1f} ml).</source>
        <translation>Оставляет нарисованные вручную воксели: {} ({:.1f} мл).</translation>
    </message>
    <message>
        <source>Replace them</source>
        <translation>Заменить их</translation>
    </message>
</context>
<context>
    <name>Preferences</name>
    <message>
        <source>As the system</source>
        <translation>Как в системе</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Автоматически</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>Процессор</translation>
    </message>
    <message>
        <source>NVIDIA graphics card (CUDA)</source>
        <translation>Видеокарта NVIDIA (CUDA)</translation>
    </message>
    <message>
        <source>Apple graphics (MPS)</source>
        <translation>Графика Apple (MPS)</translation>
    </message>
</context>
<context>
    <name>PreferencesDialog</name>
    <message>
        <source>Preferences</source>
        <translation>Настройки</translation>
    </message>
    <message>
        <source> MB</source>
        <translation> МБ</translation>
    </message>
    <message>
        <source>General</source>
        <translation>Общие</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Клавиши</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Язык</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>Размер текста</translation>
    </message>
    <message>
        <source>Language and text size change at the next start of the program.</source>
        <translation>Язык и размер текста меняются при следующем запуске программы.</translation>
    </message>
    <message>
        <source>Your name</source>
        <translation>Ваше имя</translation>
    </message>
    <message>
        <source>Written into every correction and revision.</source>
        <translation>Записывается в каждое исправление и каждую редакцию.</translation>
    </message>
    <message>
        <source>Models run on</source>
        <translation>Модели выполняются на</translation>
    </message>
    <message>
        <source>Memory for training</source>
        <translation>Память для обучения</translation>
    </message>
    <message>
        <source>A training run never takes more than this.</source>
        <translation>Обучение никогда не займёт больше.</translation>
    </message>
    <message>
        <source>Data folder</source>
        <translation>Папка данных</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Показать</translation>
    </message>
    <message>
        <source>Show the data folder</source>
        <translation>Показать папку данных</translation>
    </message>
</context>
<context>
    <name>PreviewBar</name>
    <message>
        <source>Accept  ↵</source>
        <translation>Принять  ↵</translation>
    </message>
    <message>
        <source>Reject  Esc</source>
        <translation>Отклонить  Esc</translation>
    </message>
    <message>
        <source>Preview by {}</source>
        <translation>Предпросмотр: {}</translation>
    </message>
    <message>
        <source>{} relabelled</source>
        <translation>переназначено: {}</translation>
    </message>
    <message>
        <source>no change</source>
        <translation>без изменений</translation>
    </message>
</context>
<context>
    <name>PriorPane</name>
    <message>
        <source>Prior</source>
        <translation>Прежнее</translation>
    </message>
    <message>
        <source>PRIOR</source>
        <translation>ПРЕЖНЕЕ</translation>
    </message>
    <message>
        <source>Both scans have the same coordinates; the offset is added to them</source>
        <translation>У исследований общие координаты; смещение прибавляется к ним</translation>
    </message>
    <message>
        <source>The scans have no common coordinates: how much higher the prior lies</source>
        <translation>Общих координат нет: насколько выше лежит прежнее</translation>
    </message>
    <message>
        <source>OTHER PATIENT</source>
        <translation>ДРУГОЙ ПАЦИЕНТ</translation>
    </message>
    <message>
        <source>NOT IN THE PRIOR</source>
        <translation>В ПРЕЖНЕМ НЕТ</translation>
    </message>
    <message>
        <source>Scroll both together</source>
        <translation>Листать вместе</translation>
    </message>
    <message>
        <source>offset </source>
        <translation>смещение </translation>
    </message>
    <message>
        <source> mm</source>
        <translation> мм</translation>
    </message>
    <message>
        <source>Offset of the prior</source>
        <translation>Смещение прежнего исследования</translation>
    </message>
    <message>
        <source>Take the prior away</source>
        <translation>Убрать прежнее исследование</translation>
    </message>
    <message>
        <source>No prior is open beside this scan.</source>
        <translation>Прежнее исследование рядом не открыто.</translation>
    </message>
    <message>
        <source>Open prior…</source>
        <translation>Открыть прежнее…</translation>
    </message>
</context>
<context>
    <name>ProbeLine</name>
    <message>
        <source>voxel {}, {}, {}</source>
        <translation>воксель {}, {}, {}</translation>
    </message>
    <message>
        <source>no data</source>
        <translation>нет данных</translation>
    </message>
    <message>
        <source>value {}</source>
        <translation>значение {}</translation>
    </message>
</context>
<context>
    <name>ProposalControls</name>
    <message>
        <source>Size</source>
        <translation>Размер</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>Сила</translation>
    </message>
    <message>
        <source>Margin</source>
        <translation>Отступ</translation>
    </message>
    <message>
        <source>Tolerance ±</source>
        <translation>Допуск ±</translation>
    </message>
    <message>
        <source>Leak limit</source>
        <translation>Предел</translation>
    </message>
    <message>
        <source>to</source>
        <translation>до</translation>
    </message>
    <message>
        <source>Other side</source>
        <translation>Другая сторона</translation>
    </message>
    <message>
        <source>add</source>
        <translation>сложить</translation>
    </message>
    <message>
        <source>subtract</source>
        <translation>вычесть</translation>
    </message>
    <message>
        <source>intersect with</source>
        <translation>пересечь с</translation>
    </message>
    <message>
        <source>HU range of the gate</source>
        <translation>Диапазон HU</translation>
    </message>
</context>
<context>
    <name>RejectedFiles</name>
    <message>
        <source>Copy the list</source>
        <translation>Копировать список</translation>
    </message>
    <message>
        <source>Copy the list of files that could not be used</source>
        <translation>Копировать список неиспользованных файлов</translation>
    </message>
    <message>
        <source>Files that could not be used</source>
        <translation>Файлы, которые не удалось использовать</translation>
    </message>
    <message>
        <source>… and {} more</source>
        <translation>… и ещё {}</translation>
    </message>
    <message>
        <source>1 file not used</source>
        <translation>Не использован 1 файл</translation>
    </message>
    <message>
        <source>{} files not used</source>
        <translation>Не использовано файлов: {}</translation>
    </message>
</context>
<context>
    <name>ReportDialog</name>
    <message>
        <source>Report</source>
        <translation>Протокол</translation>
    </message>
    <message>
        <source>Page</source>
        <translation>Страница</translation>
    </message>
    <message>
        <source>The report is being gathered…</source>
        <translation>Протокол составляется…</translation>
    </message>
    <message>
        <source>Impression</source>
        <translation>Заключение</translation>
    </message>
    <message>
        <source>Your impression, in your own words</source>
        <translation>Ваше заключение, своими словами</translation>
    </message>
    <message>
        <source>Language of the report</source>
        <translation>Язык протокола</translation>
    </message>
    <message>
        <source>Patient&apos;s name and dates on the page</source>
        <translation>Имя пациента и даты на странице</translation>
    </message>
    <message>
        <source>Update</source>
        <translation>Обновить</translation>
    </message>
    <message>
        <source>Gather the report again from what is open now.</source>
        <translation>Составить протокол заново по открытому исследованию.</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Сохранить…</translation>
    </message>
    <message>
        <source>Chest CT report</source>
        <translation>Протокол КТ грудной клетки</translation>
    </message>
    <message>
        <source>PDF page</source>
        <translation>Страница PDF</translation>
    </message>
    <message>
        <source>HTML page</source>
        <translation>Страница HTML</translation>
    </message>
    <message>
        <source>Figures as CSV</source>
        <translation>Показатели в CSV</translation>
    </message>
    <message>
        <source>Figures as JSON</source>
        <translation>Показатели в JSON</translation>
    </message>
    <message>
        <source>DICOM structured report</source>
        <translation>Структурированный отчёт DICOM</translation>
    </message>
    <message>
        <source>DICOM encapsulated PDF</source>
        <translation>PDF в оболочке DICOM</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>Сохранить протокол</translation>
    </message>
</context>
<context>
    <name>RetrainDialog</name>
    <message>
        <source>Retrain the segmentation model</source>
        <translation>Дообучение модели сегментации</translation>
    </message>
    <message>
        <source>Base model</source>
        <translation>Исходная модель</translation>
    </message>
    <message>
        <source>Memory limit</source>
        <translation>Предел памяти</translation>
    </message>
    <message>
        <source>Effort</source>
        <translation>Объём обучения</translation>
    </message>
    <message>
        <source> (active)</source>
        <translation> (используется)</translation>
    </message>
    <message>
        <source>Start from</source>
        <translation>Начать с</translation>
    </message>
    <message>
        <source>Retrain</source>
        <translation>Дообучить</translation>
    </message>
    <message>
        <source>Cancel training</source>
        <translation>Прервать обучение</translation>
    </message>
    <message>
        <source>Back to cases</source>
        <translation>К списку случаев</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Закрыть</translation>
    </message>
    <message>
        <source>Promote the new model</source>
        <translation>Включить новую модель</translation>
    </message>
    <message>
        <source>Keep the old model</source>
        <translation>Оставить прежнюю модель</translation>
    </message>
    <message>
        <source>Reason to promote anyway</source>
        <translation>Почему всё же включить</translation>
    </message>
    <message>
        <source>To use it anyway, say in words why; the words are kept</source>
        <translation>Чтобы всё же использовать её, напишите почему; слова сохраняются</translation>
    </message>
    <message>
        <source>Roll back</source>
        <translation>Вернуть прежнюю</translation>
    </message>
    <message>
        <source>Return to the model that was active before the last promotion.</source>
        <translation>Вернуться к модели, которая использовалась до последней замены.</translation>
    </message>
    <message>
        <source>Takes about {time} at most and {memory} MB of memory, judged by an earlier run on this computer.</source>
        <translation>Займёт не больше {time} и {memory} МБ памяти, судя по прежнему запуску на этом компьютере.</translation>
    </message>
    <message>
        <source>Takes roughly {time} at most and {memory} MB of memory; the first run tells more exactly.</source>
        <translation>Займёт примерно не больше {time} и {memory} МБ памяти; точнее покажет первый запуск.</translation>
    </message>
    <message>
        <source>No accepted case yet. Correct a mask and accept it; it then appears here.</source>
        <translation>Принятых случаев пока нет. Исправьте маску и примите её: она появится здесь.</translation>
    </message>
    <message>
        <source>{training} case(s) train the model, {held} case(s) of held-out patients measure it.</source>
        <translation>Случаев для обучения: {training}; случаев отложенных пациентов для оценки: {held}.</translation>
    </message>
    <message>
        <source> – about {time} left</source>
        <translation>, осталось около {time}</translation>
    </message>
</context>
<context>
    <name>ScreenshotDialog</name>
    <message>
        <source>Picture of the views</source>
        <translation>Снимок окон просмотра</translation>
    </message>
    <message>
        <source>Preview of the picture</source>
        <translation>Предпросмотр снимка</translation>
    </message>
    <message>
        <source>With patient text</source>
        <translation>С данными пациента</translation>
    </message>
    <message>
        <source>Without it, nothing on the picture names the patient, the study or a date.</source>
        <translation>Без них на снимке нет ни пациента, ни исследования, ни дат.</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Сохранить…</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Копировать</translation>
    </message>
</context>
<context>
    <name>Sections</name>
    <message>
        <source>Pulmonary hypertension</source>
        <translation>Лёгочная гипертензия</translation>
    </message>
    <message>
        <source>Segments</source>
        <translation>Структуры</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Инструменты</translation>
    </message>
    <message>
        <source>Measurements</source>
        <translation>Измерения</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Модель</translation>
    </message>
    <message>
        <source>Series</source>
        <translation>Серии</translation>
    </message>
</context>
<context>
    <name>SegmentCommands</name>
    <message>
        <source>Rename segment</source>
        <translation>Переименовать структуру</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Имя</translation>
    </message>
</context>
<context>
    <name>SegmentRowWidget</name>
    <message>
        <source>Colour of {}</source>
        <translation>Цвет: {}</translation>
    </message>
    <message>
        <source>Show {}</source>
        <translation>Показать: {}</translation>
    </message>
    <message>
        <source>Solid outline</source>
        <translation>Сплошной контур</translation>
    </message>
    <message>
        <source>Dashed outline</source>
        <translation>Штриховой контур</translation>
    </message>
    <message>
        <source>Dotted outline</source>
        <translation>Пунктирный контур</translation>
    </message>
    <message>
        <source>Colour, opacity and outline of {}</source>
        <translation>Цвет, непрозрачность и контур: {}</translation>
    </message>
    <message>
        <source>Opacity of {}</source>
        <translation>Непрозрачность: {}</translation>
    </message>
    <message>
        <source>Show {} alone</source>
        <translation>Только: {}</translation>
    </message>
    <message>
        <source>Lock {}</source>
        <translation>Закрепить: {}</translation>
    </message>
    <message>
        <source>Colour…</source>
        <translation>Цвет…</translation>
    </message>
</context>
<context>
    <name>SegmentWords</name>
    <message>
        <source>{mean} ± {sd} HU</source>
        <translation>{mean} ± {sd} HU</translation>
    </message>
    <message>
        <source>P {names}: {values} HU</source>
        <translation>П {names}: {values} HU</translation>
    </message>
    <message>
        <source>Below {limit} HU: {share:.1f} %</source>
        <translation>Ниже {limit} HU: {share:.1f} %</translation>
    </message>
    <message>
        <source>Below {limit} HU: {share:.1f} % (prior {prior:.1f} %)</source>
        <translation>Ниже {limit} HU: {share:.1f} % (ранее {prior:.1f} %)</translation>
    </message>
    <message>
        <source>Prior {volume} ({change})</source>
        <translation>Ранее {volume} ({change})</translation>
    </message>
    <message>
        <source>Prior {volume} ({change}), {mean} HU</source>
        <translation>Ранее {volume} ({change}), {mean} HU</translation>
    </message>
</context>
<context>
    <name>SegmentsPanel</name>
    <message>
        <source>Segments appear with the first study.</source>
        <translation>Структуры появятся с первым исследованием.</translation>
    </message>
    <message>
        <source>Attenuation and comparison with the prior</source>
        <translation>Плотность и сравнение с прежним</translation>
    </message>
    <message>
        <source>Opacity of the masks</source>
        <translation>Непрозрачность масок</translation>
    </message>
    <message>
        <source>Outline</source>
        <translation>Контур</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>Непрозрачность</translation>
    </message>
</context>
<context>
    <name>Sentences</name>
    <message>
        <source>      Not analysed: {}</source>
        <translation>      Not analysed: {}</translation>
    </message>
    <message>
        <source> ({} files could not be used)</source>
        <translation> (не удалось использовать файлов: {})</translation>
    </message>
    <message>
        <source> The windpipe was not found, so the whole scan was searched.</source>
        <translation> Трахея не найдена, поэтому просмотрен весь скан.</translation>
    </message>
    <message>
        <source> and {} more</source>
        <translation> и ещё {}</translation>
    </message>
    <message>
        <source> and {} more beside it</source>
        <translation> и рядом ещё файлов: {}</translation>
    </message>
    <message>
        <source> from {}</source>
        <translation> из {}</translation>
    </message>
    <message>
        <source> on this computer</source>
        <translation> на этом компьютере</translation>
    </message>
    <message>
        <source> on {}</source>
        <translation> на {}</translation>
    </message>
    <message>
        <source> on {} accepted case{}</source>
        <translation>, принятых случаев: {0}</translation>
    </message>
    <message>
        <source># Complete NRRD file format specification at:</source>
        <translation># Complete NRRD file format specification at:</translation>
    </message>
    <message>
        <source>(not named)</source>
        <translation>(без имени)</translation>
    </message>
    <message>
        <source>, and so at {} more places</source>
        <translation>, и так ещё в местах: {}</translation>
    </message>
    <message>
        <source>, turned by {}°</source>
        <translation>, поворот {}°</translation>
    </message>
    <message>
        <source>1 byte more</source>
        <translation>на 1 байт больше</translation>
    </message>
    <message>
        <source>1 file not used:</source>
        <translation>Не использован 1 файл:</translation>
    </message>
    <message>
        <source>&lt;h2&gt;{}&lt;/h2&gt;&lt;table width=&quot;100%&quot; style=&quot;font-size: 8pt;&quot;&gt;{}&lt;/table&gt;</source>
        <translation>&lt;h2&gt;{}&lt;/h2&gt;&lt;table width=&quot;100%&quot; style=&quot;font-size: 8pt;&quot;&gt;{}&lt;/table&gt;</translation>
    </message>
    <message>
        <source>A CT of this part of the body can show a face; nothing was done to the pictures.</source>
        <translation>КТ этой области может показать лицо; с изображениями ничего не сделано.</translation>
    </message>
    <message>
        <source>A change could not be saved: {}.</source>
        <translation>Изменение не удалось сохранить: {}.</translation>
    </message>
    <message>
        <source>A patient the model was trained on cannot measure it; move all scans of a patient to one side.</source>
        <translation>Пациент, на котором модель обучалась, не может её оценивать; перенесите все исследования пациента на одну сторону.</translation>
    </message>
    <message>
        <source>A revision that is {} cannot become {}.</source>
        <translation>Редакция в состоянии «{}» не может стать «{}».</translation>
    </message>
    <message>
        <source>A row of {} refers to a missing row of {}.</source>
        <translation>Строка {} ссылается на отсутствующую строку {}.</translation>
    </message>
    <message>
        <source>A single slice: no volumes can be measured.</source>
        <translation>Один срез: объёмы измерить нельзя.</translation>
    </message>
    <message>
        <source>A stroke is under way.</source>
        <translation>Идёт штрих.</translation>
    </message>
    <message>
        <source>A tilted gantry must be corrected by resampling first.</source>
        <translation>Наклон гентри нужно сначала исправить передискретизацией.</translation>
    </message>
    <message>
        <source>A tilted or irregular scan was exported as it is shown: resampled to a regular grid.</source>
        <translation>Наклонное или неравномерное исследование экспортировано как показано: передискретизировано на правильную сетку.</translation>
    </message>
    <message>
        <source>A version is never overwritten.</source>
        <translation>Версия никогда не перезаписывается.</translation>
    </message>
    <message>
        <source>A volume needs three positive dimensions, not {}.</source>
        <translation>Объёму нужны три положительных размера, а не {}.</translation>
    </message>
    <message>
        <source>Accept a case of another patient; held-out patients only measure models.</source>
        <translation>Примите случай другого пациента; отложенные пациенты только оценивают модели.</translation>
    </message>
    <message>
        <source>Accept at least one corrected scan first.</source>
        <translation>Сначала примите хотя бы одно исправленное исследование.</translation>
    </message>
    <message>
        <source>Accept it (Enter) or reject it (Esc) first.</source>
        <translation>Сначала примите (Enter) или отклоните (Esc) его.</translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>Принято</translation>
    </message>
    <message>
        <source>Accepting the prediction</source>
        <translation>Принятие предсказания</translation>
    </message>
    <message>
        <source>All chosen cases belong to held-out patients, so there is nothing to train on.</source>
        <translation>Все выбранные случаи принадлежат отложенным пациентам, обучаться не на чем.</translation>
    </message>
    <message>
        <source>All {} images of the series claim the same position ({} mm).</source>
        <translation>Все изображения серии ({}) заявляют одну позицию ({} мм).</translation>
    </message>
    <message>
        <source>Allow at least {} MB.</source>
        <translation>Разрешите не менее {} МБ.</translation>
    </message>
    <message>
        <source>Anatomic codes - DICOM master list</source>
        <translation>Anatomic codes - DICOM master list</translation>
    </message>
    <message>
        <source>Anatomical structure</source>
        <translation>Anatomical structure</translation>
    </message>
    <message>
        <source>AnatomicalOrientation says {}, the TransformMatrix says {}: the matrix was used, as ITK does.</source>
        <translation>AnatomicalOrientation сообщает {}, TransformMatrix {}: использована матрица, как в ITK.</translation>
    </message>
    <message>
        <source>Another folder holds the model {} too.</source>
        <translation>Модель {} есть и в другой папке.</translation>
    </message>
    <message>
        <source>Aorta</source>
        <translation>Аорта</translation>
    </message>
    <message>
        <source>Ascending aorta</source>
        <translation>Восходящая аорта</translation>
    </message>
    <message>
        <source>Ask for the right to read it.</source>
        <translation>Запросите право чтения.</translation>
    </message>
    <message>
        <source>At least {} axial slices are needed.</source>
        <translation>Нужно не менее {} аксиальных срезов.</translation>
    </message>
    <message>
        <source>Attenuation Coefficient</source>
        <translation>Attenuation Coefficient</translation>
    </message>
    <message>
        <source>Axial slice, lung window</source>
        <translation>Аксиальный срез, лёгочное окно</translation>
    </message>
    <message>
        <source>Backspace</source>
        <translation>Backspace</translation>
    </message>
    <message>
        <source>Backtab</source>
        <translation>Backtab</translation>
    </message>
    <message>
        <source>Basic Application Confidentiality Profile</source>
        <translation>Basic Application Confidentiality Profile</translation>
    </message>
    <message>
        <source>Before it can be opened, a choice is needed: {}.</source>
        <translation>Прежде чем открыть, нужно выбрать: {}.</translation>
    </message>
    <message>
        <source>Bone</source>
        <translation>Кости</translation>
    </message>
    <message>
        <source>Bring the scan back to this place, or leave the case out.</source>
        <translation>Верните исследование на это место или исключите случай.</translation>
    </message>
    <message>
        <source>Bronchus</source>
        <translation>Бронх</translation>
    </message>
    <message>
        <source>Brush – {}</source>
        <translation>Кисть: {}</translation>
    </message>
    <message>
        <source>CT of thorax</source>
        <translation>CT of thorax</translation>
    </message>
    <message>
        <source>Came with the program</source>
        <translation>Поставляется с программой</translation>
    </message>
    <message>
        <source>Case</source>
        <translation>Случай</translation>
    </message>
    <message>
        <source>Certainty of Finding</source>
        <translation>Certainty of Finding</translation>
    </message>
    <message>
        <source>Changes are not kept here.</source>
        <translation>Изменения здесь не сохраняются.</translation>
    </message>
    <message>
        <source>Check its permissions.</source>
        <translation>Проверьте права доступа.</translation>
    </message>
    <message>
        <source>Check that it exists and may be read.</source>
        <translation>Проверьте, что файл есть и доступен для чтения.</translation>
    </message>
    <message>
        <source>Check the disk and try again.</source>
        <translation>Проверьте диск и повторите.</translation>
    </message>
    <message>
        <source>Check the disk.</source>
        <translation>Проверьте диск.</translation>
    </message>
    <message>
        <source>Check the disk; saved work is kept.</source>
        <translation>Проверьте диск; сохранённая работа цела.</translation>
    </message>
    <message>
        <source>Check the rights on its folder.</source>
        <translation>Проверьте права на папку.</translation>
    </message>
    <message>
        <source>Checking the earlier model</source>
        <translation>Проверка прежней модели</translation>
    </message>
    <message>
        <source>Checking the mask</source>
        <translation>Проверка маски</translation>
    </message>
    <message>
        <source>Checking {}</source>
        <translation>Проверка: {}</translation>
    </message>
    <message>
        <source>Chest CT report</source>
        <translation>Протокол КТ грудной клетки</translation>
    </message>
    <message>
        <source>Chest wall</source>
        <translation>Грудная стенка</translation>
    </message>
    <message>
        <source>Choose a CT series with calibrated values.</source>
        <translation>Выберите серию КТ с калиброванными значениями.</translation>
    </message>
    <message>
        <source>Choose a DICOM folder or a NIfTI, NRRD, MHA or MHD file with a CT scan.</source>
        <translation>Выберите папку DICOM или файл NIfTI, NRRD, MHA или MHD с КТ.</translation>
    </message>
    <message>
        <source>Choose a segmentation model.</source>
        <translation>Выберите модель сегментации.</translation>
    </message>
    <message>
        <source>Choose a slice through the chest.</source>
        <translation>Выберите срез через грудную клетку.</translation>
    </message>
    <message>
        <source>Choose a slice through the pulmonary trunk by hand, or a scan of the whole chest.</source>
        <translation>Выберите срез через лёгочный ствол вручную или исследование всей грудной клетки.</translation>
    </message>
    <message>
        <source>Choose a slice through the pulmonary trunk by hand.</source>
        <translation>Выберите срез через лёгочный ствол вручную.</translation>
    </message>
    <message>
        <source>Choose a slice through the pulmonary trunk with aerated lungs on both sides.</source>
        <translation>Выберите срез через лёгочный ствол с воздушными лёгкими по обе стороны.</translation>
    </message>
    <message>
        <source>Choose a slice through the pulmonary trunk.</source>
        <translation>Выберите срез через лёгочный ствол.</translation>
    </message>
    <message>
        <source>Choose another backup.</source>
        <translation>Выберите другую резервную копию.</translation>
    </message>
    <message>
        <source>Choose another data folder.</source>
        <translation>Выберите другую папку данных.</translation>
    </message>
    <message>
        <source>Choose another file.</source>
        <translation>Выберите другой файл.</translation>
    </message>
    <message>
        <source>Choose another folder for the results.</source>
        <translation>Выберите другую папку для результатов.</translation>
    </message>
    <message>
        <source>Choose another folder or ask for the right to write there.</source>
        <translation>Выберите другую папку или запросите право записи.</translation>
    </message>
    <message>
        <source>Choose another folder, or remove what was exported before.</source>
        <translation>Выберите другую папку или удалите экспортированное раньше.</translation>
    </message>
    <message>
        <source>Choose another model version.</source>
        <translation>Выберите другую версию модели.</translation>
    </message>
    <message>
        <source>Choose another model.</source>
        <translation>Выберите другую модель.</translation>
    </message>
    <message>
        <source>Choose another series.</source>
        <translation>Выберите другую серию.</translation>
    </message>
    <message>
        <source>Choose another.</source>
        <translation>Выберите другую.</translation>
    </message>
    <message>
        <source>Choose auto or cpu.</source>
        <translation>Выберите auto или cpu.</translation>
    </message>
    <message>
        <source>Choose one of {}.</source>
        <translation>Выберите одно из: {}.</translation>
    </message>
    <message>
        <source>Choose the folder into which its files were moved.</source>
        <translation>Выберите папку, в которую перенесены её файлы.</translation>
    </message>
    <message>
        <source>Choose the mask that was made from the scan that is open.</source>
        <translation>Выберите маску, сделанную по открытому исследованию.</translation>
    </message>
    <message>
        <source>Choose the original CT series.</source>
        <translation>Выберите исходную серию КТ.</translation>
    </message>
    <message>
        <source>Classified</source>
        <translation>Классифицировано</translation>
    </message>
    <message>
        <source>Classifying</source>
        <translation>Классификация</translation>
    </message>
    <message>
        <source>Cleaning up</source>
        <translation>Очистка</translation>
    </message>
    <message>
        <source>Click on the part that is meant.</source>
        <translation>Щёлкните по нужной части.</translation>
    </message>
    <message>
        <source>Close it there (Enter) or drop it (Esc).</source>
        <translation>Замкните его там (Enter) или отмените (Esc).</translation>
    </message>
    <message>
        <source>Close other programs and try again.</source>
        <translation>Закройте другие программы и повторите.</translation>
    </message>
    <message>
        <source>Close other programs or studies and try again.</source>
        <translation>Закройте другие программы или исследования и повторите.</translation>
    </message>
    <message>
        <source>Close other programs, or use a model with a smaller input.</source>
        <translation>Закройте другие программы или используйте модель с меньшим входом.</translation>
    </message>
    <message>
        <source>Close that window first.</source>
        <translation>Сначала закройте то окно.</translation>
    </message>
    <message>
        <source>Close the other window to edit here.</source>
        <translation>Закройте другое окно, чтобы править здесь.</translation>
    </message>
    <message>
        <source>Convert it to NIfTI with a program that knows its orientation.</source>
        <translation>Преобразуйте в NIfTI программой, знающей ориентацию.</translation>
    </message>
    <message>
        <source>Copy both files together.</source>
        <translation>Скопируйте оба файла вместе.</translation>
    </message>
    <message>
        <source>Copy it again from its source, or leave it out of the folder.</source>
        <translation>Скопируйте заново из источника или уберите из папки.</translation>
    </message>
    <message>
        <source>Copy it again from its source.</source>
        <translation>Скопируйте заново из источника.</translation>
    </message>
    <message>
        <source>Copy it again.</source>
        <translation>Скопируйте его заново.</translation>
    </message>
    <message>
        <source>Copy the whole disc and open its folder.</source>
        <translation>Скопируйте весь диск и откройте папку.</translation>
    </message>
    <message>
        <source>Coronal slice, lung window</source>
        <translation>Корональный срез, лёгочное окно</translation>
    </message>
    <message>
        <source>Correct a mask, accept it, and choose it here.</source>
        <translation>Исправьте маску, примите её и выберите здесь.</translation>
    </message>
    <message>
        <source>Create the request with the same version of the program.</source>
        <translation>Создайте запрос той же версией программы.</translation>
    </message>
    <message>
        <source>Cut off – {}</source>
        <translation>Отсечение: {}</translation>
    </message>
    <message>
        <source>Cut – {} to {}</source>
        <translation>Отсечение: {} в {}</translation>
    </message>
    <message>
        <source>DICOM segmentation</source>
        <translation>Сегментация DICOM</translation>
    </message>
    <message>
        <source>DICOM structure set</source>
        <translation>Набор структур DICOM</translation>
    </message>
    <message>
        <source>Del</source>
        <translation>Del</translation>
    </message>
    <message>
        <source>Delete one first.</source>
        <translation>Сначала удалите одну.</translation>
    </message>
    <message>
        <source>Delete – {}</source>
        <translation>Удаление: {}</translation>
    </message>
    <message>
        <source>Descending aorta</source>
        <translation>Нисходящая аорта</translation>
    </message>
    <message>
        <source>Diaphragm</source>
        <translation>Диафрагма</translation>
    </message>
    <message>
        <source>Do not trust this file.</source>
        <translation>Не доверяйте этому файлу.</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Готово</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>Down</translation>
    </message>
    <message>
        <source>Draw it right across the segment.</source>
        <translation>Проведите её прямо через структуру.</translation>
    </message>
    <message>
        <source>Drawing the slice</source>
        <translation>Построение среза</translation>
    </message>
    <message>
        <source>ESC/ERS 2022</source>
        <translation>ESC/ERS 2022</translation>
    </message>
    <message>
        <source>Emphysema</source>
        <translation>Эмфизема</translation>
    </message>
    <message>
        <source>Empty it (Segment menu, Clear) or add a segment of your own.</source>
        <translation>Очистите её (меню «Сегментация») или добавьте свою структуру.</translation>
    </message>
    <message>
        <source>End</source>
        <translation>End</translation>
    </message>
    <message>
        <source>English</source>
        <translation>English</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
    <message>
        <source>Eraser</source>
        <translation>Ластик</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Esophagus</source>
        <translation>Пищевод</translation>
    </message>
    <message>
        <source>Every case on the list is accepted, or its files are missing.</source>
        <translation>Все случаи списка приняты, или их файлов нет.</translation>
    </message>
    <message>
        <source>Export it again with a program that keeps the orientation.</source>
        <translation>Экспортируйте заново программой, сохраняющей ориентацию.</translation>
    </message>
    <message>
        <source>Export it again.</source>
        <translation>Экспортируйте заново.</translation>
    </message>
    <message>
        <source>Export the mask to a file instead.</source>
        <translation>Вместо этого экспортируйте маску в файл.</translation>
    </message>
    <message>
        <source>Export the series again.</source>
        <translation>Экспортируйте серию заново.</translation>
    </message>
    <message>
        <source>Export the volume to be read to a file of its own.</source>
        <translation>Экспортируйте нужный объём в отдельный файл.</translation>
    </message>
    <message>
        <source>Export to NIfTI or NRRD.</source>
        <translation>Экспортируйте в NIfTI или NRRD.</translation>
    </message>
    <message>
        <source>Fill – {}</source>
        <translation>Заливка: {}</translation>
    </message>
    <message>
        <source>Finish it first.</source>
        <translation>Сначала завершите его.</translation>
    </message>
    <message>
        <source>Fractional values were rounded to whole numbers.</source>
        <translation>Дробные значения округлены до целых.</translation>
    </message>
    <message>
        <source>Free some space and try again; the previous file is untouched.</source>
        <translation>Освободите место и повторите; прежний файл не изменён.</translation>
    </message>
    <message>
        <source>Full</source>
        <translation>Весь диапазон</translation>
    </message>
    <message>
        <source>Fusion</source>
        <translation>Fusion</translation>
    </message>
    <message>
        <source>Gantry tilt of {}° corrected by shifting the slices.</source>
        <translation>Наклон гентри {}° исправлен сдвигом срезов.</translation>
    </message>
    <message>
        <source>Great vessels</source>
        <translation>Great vessels</translation>
    </message>
    <message>
        <source>Grow</source>
        <translation>Расширение</translation>
    </message>
    <message>
        <source>HTJ2K lossless</source>
        <translation>HTJ2K lossless</translation>
    </message>
    <message>
        <source>HTJ2K lossless RPCL</source>
        <translation>HTJ2K lossless RPCL</translation>
    </message>
    <message>
        <source>HU range</source>
        <translation>диапазон HU</translation>
    </message>
    <message>
        <source>Heart</source>
        <translation>Сердце</translation>
    </message>
    <message>
        <source>Home</source>
        <translation>Home</translation>
    </message>
    <message>
        <source>Hounsfield unit</source>
        <translation>Hounsfield unit</translation>
    </message>
    <message>
        <source>How many changes are in effect was damaged: compare the mask with the pictures, undo or redo as needed.</source>
        <translation>Число действующих изменений было повреждено: сравните маску со снимками, при необходимости отмените или повторите изменения.</translation>
    </message>
    <message>
        <source>Humbert M et al. 2022 ESC/ERS guidelines for the diagnosis and treatment of pulmonary hypertension. Eur Heart J 2022;43:3618–3731. One of several CT signs that count together.</source>
        <translation>Humbert M et al. 2022 ESC/ERS guidelines for the diagnosis and treatment of pulmonary hypertension. Eur Heart J 2022;43:3618–3731. One of several CT signs that count together.</translation>
    </message>
    <message>
        <source>ID {}</source>
        <translation>ID {}</translation>
    </message>
    <message>
        <source>ISO_IR 192</source>
        <translation>ISO_IR 192</translation>
    </message>
    <message>
        <source>Identity incomplete: UIDs are missing or not unique, so no DICOM export refers to this series.</source>
        <translation>Идентификация неполная: UID отсутствуют или не уникальны, поэтому экспорт DICOM на эту серию не ссылается.</translation>
    </message>
    <message>
        <source>In the manifest, “{}.color” is not three numbers from 0 to 255.</source>
        <translation>В манифесте «{}.color» не три числа от 0 до 255.</translation>
    </message>
    <message>
        <source>In the manifest, “{}.{}” is {}, not {}.</source>
        <translation>В манифесте «{}.{}» равно {}, а не {}.</translation>
    </message>
    <message>
        <source>In the manifest, “{}” does not name a revision and the SHA-256 of its labels.</source>
        <translation>В манифесте «{}» не называет редакцию и SHA-256 её меток.</translation>
    </message>
    <message>
        <source>In the manifest, “{}” has the unknown field “{}”.</source>
        <translation>В манифесте у «{}» неизвестное поле «{}».</translation>
    </message>
    <message>
        <source>In the manifest, “{}” is not a SHA-256 (64 hex digits).</source>
        <translation>В манифесте «{}» не SHA-256 (64 шестнадцатеричные цифры).</translation>
    </message>
    <message>
        <source>In the manifest, “{}” is not an object.</source>
        <translation>В манифесте «{}» не объект.</translation>
    </message>
    <message>
        <source>In the manifest, “{}” is {}, not a plain file name.</source>
        <translation>В манифесте «{}» равно {}, а не простому имени файла.</translation>
    </message>
    <message>
        <source>In the manifest, “{}” is {}.</source>
        <translation>В манифесте «{}» равно {}.</translation>
    </message>
    <message>
        <source>In the manifest, “{}” is {}; only {} files are accepted.</source>
        <translation>В манифесте «{}» равно {}; принимаются только файлы {}.</translation>
    </message>
    <message>
        <source>In the manifest, “{}” lacks the field “{}”.</source>
        <translation>В манифесте у «{}» нет поля «{}».</translation>
    </message>
    <message>
        <source>Ins</source>
        <translation>Ins</translation>
    </message>
    <message>
        <source>Install ctviewer again.</source>
        <translation>Установите ctviewer заново.</translation>
    </message>
    <message>
        <source>Install the program again or import a model.</source>
        <translation>Установите программу заново или импортируйте модель.</translation>
    </message>
    <message>
        <source>Install the program again.</source>
        <translation>Установите программу заново.</translation>
    </message>
    <message>
        <source>Installed: {}.</source>
        <translation>Установлены: {}.</translation>
    </message>
    <message>
        <source>It has only {} slices.</source>
        <translation>В ней срезов: {}.</translation>
    </message>
    <message>
        <source>It has only {} slice{}.</source>
        <translation>В ней срезов: {0}.</translation>
    </message>
    <message>
        <source>It holds: {}.</source>
        <translation>В нём: {}.</translation>
    </message>
    <message>
        <source>It is a scout image (localizer).</source>
        <translation>Это топограмма.</translation>
    </message>
    <message>
        <source>It is looked for again from time to time.</source>
        <translation>Время от времени доступность проверяется снова.</translation>
    </message>
    <message>
        <source>It is not CT but {}.</source>
        <translation>Это не КТ, а {}.</translation>
    </message>
    <message>
        <source>It is probably damaged.</source>
        <translation>Вероятно, повреждён.</translation>
    </message>
    <message>
        <source>It is probably damaged; copy it again from its source.</source>
        <translation>Вероятно, повреждён; скопируйте заново из источника.</translation>
    </message>
    <message>
        <source>It is truncated or its header is damaged; copy it again.</source>
        <translation>Файл обрезан или заголовок повреждён; скопируйте заново.</translation>
    </message>
    <message>
        <source>It lies {} mm from the expected level of the pulmonary trunk (slice {}); the classifier learned from that level only.</source>
        <translation>Он лежит в {} мм от ожидаемого уровня лёгочного ствола (срез {}); классификатор обучен только на этом уровне.</translation>
    </message>
    <message>
        <source>It may be a bomb.</source>
        <translation>Это может быть архивная бомба.</translation>
    </message>
    <message>
        <source>It was not used; reinstall it or restore it from a backup.</source>
        <translation>Он не использован; установите его заново или восстановите из резервной копии.</translation>
    </message>
    <message>
        <source>Its annotations are kept. Choose “Locate…” in the study list to say where it is now.</source>
        <translation>Разметка сохранена. Выберите «Указать место…» в списке исследований.</translation>
    </message>
    <message>
        <source>Its header is damaged; left and right would be a guess.</source>
        <translation>Заголовок повреждён; лево и право были бы догадкой.</translation>
    </message>
    <message>
        <source>Its images carry no positions that can be used.</source>
        <translation>В её изображениях нет пригодных положений.</translation>
    </message>
    <message>
        <source>Its level could not be checked. {}</source>
        <translation>Его уровень проверить не удалось. {}</translation>
    </message>
    <message>
        <source>Its manifest is inconsistent; install it again.</source>
        <translation>Её манифест противоречив; установите её заново.</translation>
    </message>
    <message>
        <source>Its pixel size or positions are wrong; export it again.</source>
        <translation>Размер пикселя или положения неверны; экспортируйте заново.</translation>
    </message>
    <message>
        <source>Its size is probably wrong in the header; export it again.</source>
        <translation>Вероятно, размер в заголовке неверен; экспортируйте заново.</translation>
    </message>
    <message>
        <source>Its slices are not axial.</source>
        <translation>Её срезы не аксиальные.</translation>
    </message>
    <message>
        <source>Its values are single bytes, which cannot hold Hounsfield units (a mask?).</source>
        <translation>Её значения однобайтовые и не могут быть единицами Хаунсфилда (маска?).</translation>
    </message>
    <message>
        <source>Its voxel size or unit is wrong; export it again in millimetres.</source>
        <translation>Размер вокселя или единица неверны; экспортируйте заново в миллиметрах.</translation>
    </message>
    <message>
        <source>JPEG 2000 lossless</source>
        <translation>JPEG 2000 lossless</translation>
    </message>
    <message>
        <source>JPEG baseline</source>
        <translation>JPEG baseline</translation>
    </message>
    <message>
        <source>JPEG extended</source>
        <translation>JPEG extended</translation>
    </message>
    <message>
        <source>JPEG lossless</source>
        <translation>JPEG lossless</translation>
    </message>
    <message>
        <source>JPEG lossless, first order</source>
        <translation>JPEG lossless, first order</translation>
    </message>
    <message>
        <source>JPEG-LS near-lossless</source>
        <translation>JPEG-LS near-lossless</translation>
    </message>
    <message>
        <source>Keep island – {}</source>
        <translation>Оставлен островок: {}</translation>
    </message>
    <message>
        <source>Keep the annotations on a local disk.</source>
        <translation>Держите разметку на локальном диске.</translation>
    </message>
    <message>
        <source>Keep the old model, or say in words why the new one should be used anyway.</source>
        <translation>Оставьте прежнюю модель или напишите, почему нужна новая.</translation>
    </message>
    <message>
        <source>Known: {}.</source>
        <translation>Известны: {}.</translation>
    </message>
    <message>
        <source>Label {}</source>
        <translation>Метка {}</translation>
    </message>
    <message>
        <source>Learned before</source>
        <translation>Уже изучен</translation>
    </message>
    <message>
        <source>Leave it out of the folder.</source>
        <translation>Уберите его из папки.</translation>
    </message>
    <message>
        <source>Leave the program open and check the disk.</source>
        <translation>Не закрывайте программу и проверьте диск.</translation>
    </message>
    <message>
        <source>Leave the program open and report this.</source>
        <translation>Не закрывайте программу и сообщите об этом.</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>Левое</translation>
    </message>
    <message>
        <source>Left lower lobe</source>
        <translation>Левая нижняя доля</translation>
    </message>
    <message>
        <source>Left lung</source>
        <translation>Левое лёгкое</translation>
    </message>
    <message>
        <source>Left main bronchus</source>
        <translation>Левый главный бронх</translation>
    </message>
    <message>
        <source>Left pulmonary artery</source>
        <translation>Левая лёгочная артерия</translation>
    </message>
    <message>
        <source>Left upper lobe</source>
        <translation>Левая верхняя доля</translation>
    </message>
    <message>
        <source>Level of the pulmonary trunk, mediastinal window</source>
        <translation>Уровень лёгочного ствола, окно средостения</translation>
    </message>
    <message>
        <source>Liver</source>
        <translation>Печень</translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation>Загрузка модели</translation>
    </message>
    <message>
        <source>Loading {}</source>
        <translation>Загрузка: {}</translation>
    </message>
    <message>
        <source>Looking for new studies</source>
        <translation>Поиск новых исследований</translation>
    </message>
    <message>
        <source>Looking for the pulmonary trunk</source>
        <translation>Поиск лёгочного ствола</translation>
    </message>
    <message>
        <source>Looking for the series</source>
        <translation>Поиск серии</translation>
    </message>
    <message>
        <source>Looking into {}</source>
        <translation>Просмотр: {}</translation>
    </message>
    <message>
        <source>Lower lobe of lung</source>
        <translation>Нижняя доля лёгкого</translation>
    </message>
    <message>
        <source>Lower the memory limit or close other programs.</source>
        <translation>Уменьшите предел памяти или закройте другие программы.</translation>
    </message>
    <message>
        <source>Lung</source>
        <translation>Лёгкие</translation>
    </message>
    <message>
        <source>Lymph node</source>
        <translation>Лимфатический узел</translation>
    </message>
    <message>
        <source>Making the report</source>
        <translation>Составление протокола</translation>
    </message>
    <message>
        <source>Measure on a series with a known pixel spacing.</source>
        <translation>Измеряйте в серии с известным размером пикселя.</translation>
    </message>
    <message>
        <source>Measuring the vessels</source>
        <translation>Измерение сосудов</translation>
    </message>
    <message>
        <source>Measuring vessels</source>
        <translation>Измерение сосудов</translation>
    </message>
    <message>
        <source>Mediastinum</source>
        <translation>Средостение</translation>
    </message>
    <message>
        <source>Mediastinum (PH classifier)</source>
        <translation>Средостение (классификатор ЛГ)</translation>
    </message>
    <message>
        <source>Middle lobe of right lung</source>
        <translation>Средняя доля правого лёгкого</translation>
    </message>
    <message>
        <source>NIfTI, compressed</source>
        <translation>NIfTI, сжатый</translation>
    </message>
    <message>
        <source>Narrow the HU range or raise the limit.</source>
        <translation>Сузьте диапазон HU или увеличьте предел.</translation>
    </message>
    <message>
        <source>Ng CS, Wells AU, Padley SPG. A CT sign of chronic pulmonary arterial hypertension: the ratio of main pulmonary artery to aortic diameter. J Thorac Imaging 1999;14:270–278. For mPAP above 20 mmHg in 50 patients: sensitivity 70 %, specificity 92 %.</source>
        <translation>Ng CS, Wells AU, Padley SPG. A CT sign of chronic pulmonary arterial hypertension: the ratio of main pulmonary artery to aortic diameter. J Thorac Imaging 1999;14:270–278. For mPAP above 20 mmHg in 50 patients: sensitivity 70 %, specificity 92 %.</translation>
    </message>
    <message>
        <source>No DICOM segmentation can be matched to this scan: {}.</source>
        <translation>К этому скану не подходит ни одна сегментация DICOM: {}.</translation>
    </message>
    <message>
        <source>No DICOM segmentation can be written: {}.</source>
        <translation>Сегментацию DICOM записать нельзя: {}.</translation>
    </message>
    <message>
        <source>No DICOM {} can be written: {} slices of the scan are no longer on disk.</source>
        <translation>DICOM ({}) записать нельзя: срезов скана больше нет на диске: {}.</translation>
    </message>
    <message>
        <source>No DICOM {} can be written: {}.</source>
        <translation>DICOM ({}) записать нельзя: {}.</translation>
    </message>
    <message>
        <source>No accepted case was chosen.</source>
        <translation>Не выбран ни один принятый случай.</translation>
    </message>
    <message>
        <source>No enhanced ascending aorta was found (round, above {} HU, in front between the lungs).</source>
        <translation>Контрастированная восходящая аорта не найдена (круглая, выше {} HU, спереди между лёгкими).</translation>
    </message>
    <message>
        <source>No model is installed, so no study can be analysed.</source>
        <translation>Модели не установлены, анализировать исследования нечем.</translation>
    </message>
    <message>
        <source>No segmentation model is installed.</source>
        <translation>Модель сегментации не установлена.</translation>
    </message>
    <message>
        <source>No slice shows the enhanced pulmonary trunk continuing behind the ascending aorta.</source>
        <translation>Ни на одном срезе контрастированный лёгочный ствол не продолжается позади восходящей аорты.</translation>
    </message>
    <message>
        <source>No structure set can be matched to this scan: {}.</source>
        <translation>К этому скану не подходит ни один набор структур: {}.</translation>
    </message>
    <message>
        <source>No structure set can be written: {}.</source>
        <translation>Набор структур записать нельзя: {}.</translation>
    </message>
    <message>
        <source>No structured report was written: there are no figures to put into it.</source>
        <translation>Структурированный отчёт не записан: нет показателей для него.</translation>
    </message>
    <message>
        <source>No usable {} model is installed.</source>
        <translation>Пригодная модель ({}) не установлена.</translation>
    </message>
    <message>
        <source>No voxel is darker than {} HU, as air is: the header says Hounsfield units, but its rescale may be wrong.</source>
        <translation>Ни один воксел не темнее {} HU, как воздух: заголовок называет единицы Хаунсфилда, но пересчёт в нём может быть неверен.</translation>
    </message>
    <message>
        <source>No windpipe was found in the scan, so the level of the pulmonary trunk is unknown.</source>
        <translation>Трахея не найдена, поэтому уровень лёгочного ствола неизвестен.</translation>
    </message>
    <message>
        <source>Nodule</source>
        <translation>Узелок</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>Обычный</translation>
    </message>
    <message>
        <source>Not enough disk space to write {}: {}{} free.</source>
        <translation>Недостаточно места на диске для записи {}: {}свободно {}.</translation>
    </message>
    <message>
        <source>Nothing was exported: something that identifies the patient was found in the copy.</source>
        <translation>Ничего не экспортировано: в копии найдено то, что указывает на пациента.</translation>
    </message>
    <message>
        <source>Nothing was imported; close the other window first.</source>
        <translation>Ничего не импортировано; сначала закройте другое окно.</translation>
    </message>
    <message>
        <source>Nothing was written: the mask is empty.</source>
        <translation>Ничего не записано: маска пуста.</translation>
    </message>
    <message>
        <source>Open it again.</source>
        <translation>Откройте заново.</translation>
    </message>
    <message>
        <source>Open one orientation at a time.</source>
        <translation>Открывайте по одной ориентации.</translation>
    </message>
    <message>
        <source>Open one size at a time.</source>
        <translation>Открывайте по одному размеру.</translation>
    </message>
    <message>
        <source>Open the folder beside it instead.</source>
        <translation>Откройте вместо него папку рядом.</translation>
    </message>
    <message>
        <source>Open the original CT series.</source>
        <translation>Откройте исходную серию КТ.</translation>
    </message>
    <message>
        <source>Open the parts one at a time.</source>
        <translation>Открывайте части по одной.</translation>
    </message>
    <message>
        <source>Open the scan again.</source>
        <translation>Откройте исследование заново.</translation>
    </message>
    <message>
        <source>Opening the files</source>
        <translation>Открытие файлов</translation>
    </message>
    <message>
        <source>Opening the series</source>
        <translation>Открытие серии</translation>
    </message>
    <message>
        <source>PH class</source>
        <translation>PH class</translation>
    </message>
    <message>
        <source>Part of the history cannot be used: {}.</source>
        <translation>Часть истории нельзя использовать: {}.</translation>
    </message>
    <message>
        <source>Part of the history does not fit the mask: {}</source>
        <translation>Часть истории не подходит к маске: {}</translation>
    </message>
    <message>
        <source>Patient not named</source>
        <translation>Пациент не указан</translation>
    </message>
    <message>
        <source>Please report this; the study is not safe to give away.</source>
        <translation>Сообщите об этом; передавать исследование небезопасно.</translation>
    </message>
    <message>
        <source>Pleura</source>
        <translation>Плевра</translation>
    </message>
    <message>
        <source>Pleural effusion</source>
        <translation>Плевральный выпот</translation>
    </message>
    <message>
        <source>Pneumothorax</source>
        <translation>Пневмоторакс</translation>
    </message>
    <message>
        <source>Preparing the cases…</source>
        <translation>Подготовка случаев…</translation>
    </message>
    <message>
        <source>Preparing the demo study</source>
        <translation>Подготовка демонстрационного исследования</translation>
    </message>
    <message>
        <source>Preparing {}</source>
        <translation>Подготовка: {}</translation>
    </message>
    <message>
        <source>Proposed on slice {}, where the trunk divides; check the calipers.{}</source>
        <translation>Предложено на срезе {}, где ствол делится; проверьте циркули.{}</translation>
    </message>
    <message>
        <source>Pulmonary arteries</source>
        <translation>Лёгочные артерии</translation>
    </message>
    <message>
        <source>Pulmonary artery</source>
        <translation>Лёгочная артерия</translation>
    </message>
    <message>
        <source>Pulmonary emphysema</source>
        <translation>Эмфизема лёгких</translation>
    </message>
    <message>
        <source>Pulmonary hypertension</source>
        <translation>Лёгочная гипертензия</translation>
    </message>
    <message>
        <source>Pulmonary nodule</source>
        <translation>Очаг в лёгком</translation>
    </message>
    <message>
        <source>Pulmonary trunk</source>
        <translation>Лёгочный ствол</translation>
    </message>
    <message>
        <source>Put the data file beside the header.</source>
        <translation>Положите файл данных рядом с заголовком.</translation>
    </message>
    <message>
        <source>Quick check</source>
        <translation>Быстрая проверка</translation>
    </message>
    <message>
        <source>ROI {}</source>
        <translation>ROI {}</translation>
    </message>
    <message>
        <source>Reading headers</source>
        <translation>Чтение заголовков</translation>
    </message>
    <message>
        <source>Reading new studies</source>
        <translation>Чтение новых исследований</translation>
    </message>
    <message>
        <source>Reading slices</source>
        <translation>Чтение срезов</translation>
    </message>
    <message>
        <source>Reading the measurements</source>
        <translation>Чтение измерений</translation>
    </message>
    <message>
        <source>Reading the study list</source>
        <translation>Чтение списка исследований</translation>
    </message>
    <message>
        <source>Reading voxels</source>
        <translation>Чтение вокселей</translation>
    </message>
    <message>
        <source>Region grow – {}</source>
        <translation>Рост области: {}</translation>
    </message>
    <message>
        <source>Relabel island – {} to {}</source>
        <translation>Островок переназначен: {} в {}</translation>
    </message>
    <message>
        <source>Remove island – {}</source>
        <translation>Островок удалён: {}</translation>
    </message>
    <message>
        <source>Remove the text from the pictures first.</source>
        <translation>Сначала удалите текст с изображений.</translation>
    </message>
    <message>
        <source>Removing</source>
        <translation>Удаление</translation>
    </message>
    <message>
        <source>Rename it to .nrrd if it is a plain label map.</source>
        <translation>Переименуйте в .nrrd, если это простая карта меток.</translation>
    </message>
    <message>
        <source>Research software: not a medical device, not for diagnostic use.</source>
        <translation>Программа для исследований: не медицинское изделие, не для диагностики.</translation>
    </message>
    <message>
        <source>Restore a backup with “ctviewer store restore”.</source>
        <translation>Восстановите копию командой «ctviewer store restore».</translation>
    </message>
    <message>
        <source>Restore a backup.</source>
        <translation>Восстановите резервную копию.</translation>
    </message>
    <message>
        <source>Restore it from a backup; training stays off so that no held-out patient is trained on.</source>
        <translation>Восстановите его из копии; обучение отключено, чтобы не учиться на отложенных пациентах.</translation>
    </message>
    <message>
        <source>Restore it from a backup; without it earlier pseudonyms cannot be made again.</source>
        <translation>Восстановите из копии; без него прежние псевдонимы не повторить.</translation>
    </message>
    <message>
        <source>Retain Longitudinal Temporal Information Modified Dates Option</source>
        <translation>Retain Longitudinal Temporal Information Modified Dates Option</translation>
    </message>
    <message>
        <source>Retrained here{}{}</source>
        <translation>Дообучена здесь{}{}</translation>
    </message>
    <message>
        <source>Retraining needs the annotation store, which could not be opened.</source>
        <translation>Для дообучения нужно хранилище разметки, которое не удалось открыть.</translation>
    </message>
    <message>
        <source>Return</source>
        <translation>Return</translation>
    </message>
    <message>
        <source>Revisions cannot be saved here. {}</source>
        <translation>Редакции здесь сохранить нельзя. {}</translation>
    </message>
    <message>
        <source>Rib</source>
        <translation>Ребро</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Правое</translation>
    </message>
    <message>
        <source>Right lower lobe</source>
        <translation>Правая нижняя доля</translation>
    </message>
    <message>
        <source>Right lung</source>
        <translation>Правое лёгкое</translation>
    </message>
    <message>
        <source>Right main bronchus</source>
        <translation>Правый главный бронх</translation>
    </message>
    <message>
        <source>Right middle lobe</source>
        <translation>Правая средняя доля</translation>
    </message>
    <message>
        <source>Right pulmonary artery</source>
        <translation>Правая лёгочная артерия</translation>
    </message>
    <message>
        <source>Right upper lobe</source>
        <translation>Правая верхняя доля</translation>
    </message>
    <message>
        <source>SNOMED CT {}, {}{}</source>
        <translation>SNOMED CT {}, {}{}</translation>
    </message>
    <message>
        <source>Save a new revision.</source>
        <translation>Сохраните новую редакцию.</translation>
    </message>
    <message>
        <source>Saving a correction</source>
        <translation>Сохранение исправления</translation>
    </message>
    <message>
        <source>Saving a measurement</source>
        <translation>Сохранение измерения</translation>
    </message>
    <message>
        <source>Saving the revision</source>
        <translation>Сохранение редакции</translation>
    </message>
    <message>
        <source>Say what they become, as in --as &quot;Lt Lung=Left lung&quot;, or take all with --all.</source>
        <translation>Say what they become, as in --as &quot;Lt Lung=Left lung&quot;, or take all with --all.</translation>
    </message>
    <message>
        <source>Scan</source>
        <translation>Исследование</translation>
    </message>
    <message>
        <source>Segment it, or name a mask file.</source>
        <translation>Сегментируйте или укажите файл маски.</translation>
    </message>
    <message>
        <source>Segment the scan (S) first.</source>
        <translation>Сначала сегментируйте (S).</translation>
    </message>
    <message>
        <source>Segment the scan (S) or draw with the brush (B) first.</source>
        <translation>Сначала сегментируйте (S) или нарисуйте кистью (B).</translation>
    </message>
    <message>
        <source>Segment with {}</source>
        <translation>Сегментация: {}</translation>
    </message>
    <message>
        <source>Segment {}</source>
        <translation>Сегмент {}</translation>
    </message>
    <message>
        <source>Segmentation</source>
        <translation>Сегментация</translation>
    </message>
    <message>
        <source>Segmentation category and type - 3D Slicer General Anatomy list</source>
        <translation>Segmentation category and type - 3D Slicer General Anatomy list</translation>
    </message>
    <message>
        <source>Segmentation_ContainedRepresentationNames:=Binary labelmap|</source>
        <translation>Segmentation_ContainedRepresentationNames:=Binary labelmap|</translation>
    </message>
    <message>
        <source>Segmentation_MasterRepresentation:=Binary labelmap</source>
        <translation>Segmentation_MasterRepresentation:=Binary labelmap</translation>
    </message>
    <message>
        <source>Segmentation_ReferenceImageExtentOffset:=0 0 0</source>
        <translation>Segmentation_ReferenceImageExtentOffset:=0 0 0</translation>
    </message>
    <message>
        <source>Segmentation_SourceRepresentation:=Binary labelmap</source>
        <translation>Segmentation_SourceRepresentation:=Binary labelmap</translation>
    </message>
    <message>
        <source>Segmented</source>
        <translation>Сегментировано</translation>
    </message>
    <message>
        <source>Segmenting</source>
        <translation>Сегментация</translation>
    </message>
    <message>
        <source>Segmenting: slice {} of {}</source>
        <translation>Сегментация: срез {} из {}</translation>
    </message>
    <message>
        <source>Series {}</source>
        <translation>Серия {}</translation>
    </message>
    <message>
        <source>Decide which is right and export it again.</source>
        <translation>Решите, что верно, и экспортируйте заново.</translation>
    </message>
    <message>
        <source>&lt;p&gt;&lt;img src=&quot;{}&quot;&gt;&lt;/p&gt;</source>
        <translation>&lt;p&gt;&lt;img src=&quot;{}&quot;&gt;&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Different images lay at the same position: {} chosen, {} left out.</source>
        <translation>На одной позиции лежали разные изображения: выбрано {}, пропущено {}.</translation>
    </message>
    <message>
        <source>Explaining the class</source>
        <translation>Объяснение класса</translation>
    </message>
    <message>
        <source>Finish what is under way first.</source>
        <translation>Сначала завершите начатое.</translation>
    </message>
    <message>
        <source>Hiding parts of the picture</source>
        <translation>Скрытие частей изображения</translation>
    </message>
    <message>
        <source>Import {}</source>
        <translation>Импорт: {}</translation>
    </message>
    <message>
        <source>Reading the mask</source>
        <translation>Чтение маски</translation>
    </message>
    <message>
        <source>Reading {}</source>
        <translation>Чтение: {}</translation>
    </message>
    <message>
        <source>Series “{}” cannot be opened: {}.</source>
        <translation>Серию «{}» не удаётся открыть: {}.</translation>
    </message>
    <message>
        <source>Share of voxels below -950 HU</source>
        <translation>Share of voxels below -950 HU</translation>
    </message>
    <message>
        <source>Shown, but not measured or analysed.</source>
        <translation>Показывается, но не измеряется и не анализируется.</translation>
    </message>
    <message>
        <source>Shrink</source>
        <translation>Сужение</translation>
    </message>
    <message>
        <source>Sides chosen by hand: axes to {} by the {}; the {} says {}.</source>
        <translation>Стороны выбраны вручную: оси к {} по {}; по {} было бы {}.</translation>
    </message>
    <message>
        <source>Slice distances vary ({} to {} mm): interpolated to {} mm.</source>
        <translation>Расстояния между срезами разные (от {} до {} мм): интерполировано до {} мм.</translation>
    </message>
    <message>
        <source>Slice {} shows no body.</source>
        <translation>На срезе {} нет тела.</translation>
    </message>
    <message>
        <source>Slice {} was chosen by hand.</source>
        <translation>Срез {} выбран вручную.</translation>
    </message>
    <message>
        <source>Slice {} was chosen: {} mm below the carina, by {}.</source>
        <translation>Выбран срез {}: на {} мм ниже бифуркации трахеи, по {}.</translation>
    </message>
    <message>
        <source>Slice {} was not classified</source>
        <translation>Срез {} не классифицирован</translation>
    </message>
    <message>
        <source>Slice {} was not classified: the outline of the chest was not found on it.</source>
        <translation>Срез {} не классифицирован: контур грудной клетки на нём не найден.</translation>
    </message>
    <message>
        <source>Slicer segmentation</source>
        <translation>Сегментация Slicer</translation>
    </message>
    <message>
        <source>Slices displaced sideways by up to {} mm were shifted into line.</source>
        <translation>Срезы, смещённые вбок до {} мм, выровнены.</translation>
    </message>
    <message>
        <source>Slices of {} mm lie {} mm apart: what is between them was not scanned.</source>
        <translation>Срезы толщиной {} мм отстоят на {} мм: промежутки не сканировались.</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>Пробел</translation>
    </message>
    <message>
        <source>Start the program again.</source>
        <translation>Запустите программу заново.</translation>
    </message>
    <message>
        <source>Statistics</source>
        <translation>Статистика</translation>
    </message>
    <message>
        <source>Stopping at the next safe point…</source>
        <translation>Остановка в ближайшей безопасной точке…</translation>
    </message>
    <message>
        <source>Study {} of {}: {}</source>
        <translation>Исследование {} из {}: {}</translation>
    </message>
    <message>
        <source>Surfaces, one STL file per structure</source>
        <translation>Поверхности, один файл STL на структуру</translation>
    </message>
    <message>
        <source>Switch the HU gate off (H) to paint.</source>
        <translation>Отключите диапазон HU (H), чтобы рисовать.</translation>
    </message>
    <message>
        <source>Switching the model</source>
        <translation>Смена модели</translation>
    </message>
    <message>
        <source>Tab</source>
        <translation>Tab</translation>
    </message>
    <message>
        <source>The HU window {}…{} is empty.</source>
        <translation>Окно HU {}…{} пусто.</translation>
    </message>
    <message>
        <source>The active model and all annotations are unchanged. The run folder keeps the log.</source>
        <translation>Используемая модель и вся разметка не изменены. Журнал в папке запуска.</translation>
    </message>
    <message>
        <source>The active model is unchanged; see the run folder.</source>
        <translation>Используемая модель не изменилась; см. папку запуска.</translation>
    </message>
    <message>
        <source>The annotations are being edited by {}{} (process {}, since {}).</source>
        <translation>Разметку сейчас правит {}{} (процесс {}, с {}).</translation>
    </message>
    <message>
        <source>The annotations are closed already.</source>
        <translation>Разметка уже закрыта.</translation>
    </message>
    <message>
        <source>The annotations are closed.</source>
        <translation>Разметка закрыта.</translation>
    </message>
    <message>
        <source>The annotations cannot be written any more.</source>
        <translation>Разметку больше нельзя записать.</translation>
    </message>
    <message>
        <source>The annotations in {} cannot be written by this user.</source>
        <translation>У этого пользователя нет права записи разметки в {}.</translation>
    </message>
    <message>
        <source>The annotations of series {} are not open.</source>
        <translation>Разметка серии {} не открыта.</translation>
    </message>
    <message>
        <source>The axes of the scan are not perpendicular (off by {}°).</source>
        <translation>Оси скана не перпендикулярны (отклонение {}°).</translation>
    </message>
    <message>
        <source>The backup {} is damaged: {}</source>
        <translation>Резервная копия {} повреждена: {}</translation>
    </message>
    <message>
        <source>The candidate {} is ready; {} is still active.</source>
        <translation>Модель-кандидат {} готова; пока используется {}.</translation>
    </message>
    <message>
        <source>The case is accepted; {} count in the next training.</source>
        <translation>Случай принят; в следующем обучении учитывается {}.</translation>
    </message>
    <message>
        <source>The class depends on the slice: {}.</source>
        <translation>Класс зависит от среза: {}.</translation>
    </message>
    <message>
        <source>The classification</source>
        <translation>Классификация</translation>
    </message>
    <message>
        <source>The classification model {} names no classes.</source>
        <translation>Модель классификации {} не называет классы.</translation>
    </message>
    <message>
        <source>The classifier learned from contrast-enhanced scans only (at least {} mm²).</source>
        <translation>Классификатор обучен только на исследованиях с контрастом (не менее {} мм²).</translation>
    </message>
    <message>
        <source>The classifier relates the vessels to the width of the chest; use a reconstruction of the whole chest.</source>
        <translation>Классификатор соотносит сосуды с шириной грудной клетки; нужна реконструкция всей грудной клетки.</translation>
    </message>
    <message>
        <source>The copy of the annotations is not complete.</source>
        <translation>Копия разметки неполная.</translation>
    </message>
    <message>
        <source>The copy of the scan reads back differently from what was written.</source>
        <translation>Копия исследования читается не так, как записана.</translation>
    </message>
    <message>
        <source>The database file is damaged: {}.</source>
        <translation>Файл базы данных повреждён: {}.</translation>
    </message>
    <message>
        <source>The device “{}” is not available on this machine.</source>
        <translation>Устройство «{}» на этой машине недоступно.</translation>
    </message>
    <message>
        <source>The explanation</source>
        <translation>Объяснение</translation>
    </message>
    <message>
        <source>The file does not say that its values are Hounsfield units.</source>
        <translation>В файле не сказано, что значения в единицах Хаунсфилда.</translation>
    </message>
    <message>
        <source>The file does not say that its values are Hounsfield units: shown, but not measured or analysed.</source>
        <translation>В файле не сказано, что значения в единицах Хаунсфилда: показано, но не измеряется и не анализируется.</translation>
    </message>
    <message>
        <source>The file does not say where the scan lies: its first voxel was taken to be at 0, 0, 0 mm.</source>
        <translation>В файле не сказано, где лежит скан: первый воксель принят в точке 0, 0, 0 мм.</translation>
    </message>
    <message>
        <source>The file gives two origins {} mm apart (sform, qform); the sform was used.</source>
        <translation>В файле два начала координат с расстоянием {} мм (sform, qform); использован sform.</translation>
    </message>
    <message>
        <source>The file gives two voxel sizes ({} by the sform, {}); the sform was used.</source>
        <translation>В файле два размера вокселя ({} по sform, {}); использован sform.</translation>
    </message>
    <message>
        <source>The file holds no structure “{}”.</source>
        <translation>В файле нет структуры «{}».</translation>
    </message>
    <message>
        <source>The file multiplies its values by {}: not Hounsfield units. {}</source>
        <translation>Файл умножает значения на {}: это не единицы Хаунсфилда. {}</translation>
    </message>
    <message>
        <source>The folder of {} exists already.</source>
        <translation>Папка {} уже существует.</translation>
    </message>
    <message>
        <source>The folder {} does not support locks ({}).</source>
        <translation>Папка {} не поддерживает блокировки ({}).</translation>
    </message>
    <message>
        <source>The header is probably damaged; if the scan is really that large, use a machine with more memory.</source>
        <translation>Вероятно, заголовок повреждён; если скан действительно так велик, нужна машина с большей памятью.</translation>
    </message>
    <message>
        <source>The header names a gantry tilt of {}°, but orientation and positions of the slices show none: they were used as they are.</source>
        <translation>В заголовке указан наклон гентри {}°, но по ориентации и положениям срезов его нет: они использованы как есть.</translation>
    </message>
    <message>
        <source>The image has {} voxels but its geometry says {}.</source>
        <translation>В изображении {} вокселей, а по геометрии {}.</translation>
    </message>
    <message>
        <source>The images carry no positions: shown as a stack of pictures, without measurements or analysis.</source>
        <translation>В изображениях нет положений: показаны стопкой картинок, без измерений и анализа.</translation>
    </message>
    <message>
        <source>The images do not form one volume; export one reconstruction at a time.</source>
        <translation>Изображения не образуют один объём; экспортируйте по одной реконструкции.</translation>
    </message>
    <message>
        <source>The images do not say how large a pixel is (PixelSpacing).</source>
        <translation>В изображениях не указан размер пикселя (PixelSpacing).</translation>
    </message>
    <message>
        <source>The images do not say which way they lie (their ImageOrientationPatient is not two perpendicular unit vectors): shown as a stack of pictures, without measurements or analysis.</source>
        <translation>Изображения не сообщают, как они лежат (ImageOrientationPatient не два перпендикулярных единичных вектора): показаны стопкой картинок, без измерений и анализа.</translation>
    </message>
    <message>
        <source>The images have different sizes ({}).</source>
        <translation>Изображения разного размера ({}).</translation>
    </message>
    <message>
        <source>The images of the series are turned against each other.</source>
        <translation>Изображения серии повёрнуты друг относительно друга.</translation>
    </message>
    <message>
        <source>The images were compressed with loss.</source>
        <translation>Изображения сжаты с потерями.</translation>
    </message>
    <message>
        <source>The impression</source>
        <translation>Заключение</translation>
    </message>
    <message>
        <source>The input size {} px × {} channels is not positive.</source>
        <translation>Размер входа {} пикс. × {} каналов не положителен.</translation>
    </message>
    <message>
        <source>The installation is incomplete: “{}” is missing.</source>
        <translation>Установка неполная: нет «{}».</translation>
    </message>
    <message>
        <source>The label values {} are not distinct numbers from 1 to 255.</source>
        <translation>Значения меток {} не являются различными числами от 1 до 255.</translation>
    </message>
    <message>
        <source>The last row of the geometry matrix is {}, not 0 0 0 1.</source>
        <translation>Последняя строка матрицы геометрии {}, а не 0 0 0 1.</translation>
    </message>
    <message>
        <source>The left lung lies to the right of the right lung: the sides are swapped.</source>
        <translation>Левое лёгкое лежит правее правого: стороны перепутаны.</translation>
    </message>
    <message>
        <source>The line does not divide {}.</source>
        <translation>Линия не делит: {}.</translation>
    </message>
    <message>
        <source>The list of held-out patients ({}) is damaged: {}.</source>
        <translation>Список отложенных пациентов ({}) повреждён: {}.</translation>
    </message>
    <message>
        <source>The manifest has schema version {}; this program reads {}.</source>
        <translation>Версия схемы манифеста {}; программа читает {}.</translation>
    </message>
    <message>
        <source>The manifest in {} is not UTF-8 text.</source>
        <translation>Манифест в {} не является текстом UTF-8.</translation>
    </message>
    <message>
        <source>The manifest in {} is too large to be one.</source>
        <translation>Манифест в {} слишком велик.</translation>
    </message>
    <message>
        <source>The manifest is not valid JSON: {}.</source>
        <translation>Манифест не является правильным JSON: {}.</translation>
    </message>
    <message>
        <source>The manifest of {} cannot be written: {}.</source>
        <translation>Манифест {} не удаётся записать: {}.</translation>
    </message>
    <message>
        <source>The mask cannot be changed now.</source>
        <translation>Маску сейчас менять нельзя.</translation>
    </message>
    <message>
        <source>The mask cannot be put together again.</source>
        <translation>Маску не удаётся восстановить.</translation>
    </message>
    <message>
        <source>The mask has shape {}, the document {}.</source>
        <translation>Размер маски {}, документа {}.</translation>
    </message>
    <message>
        <source>The mask has shape {}, the scan {}.</source>
        <translation>Размер маски {}, скана {}.</translation>
    </message>
    <message>
        <source>The mask is shown as it was after {} of {} changes; restore a backup for the rest.</source>
        <translation>Маска показана после {} из {} изменений; для остального восстановите копию.</translation>
    </message>
    <message>
        <source>The mask of “{}” is damaged: {}</source>
        <translation>Маска «{}» повреждена: {}</translation>
    </message>
    <message>
        <source>The mask was written to {}{}.</source>
        <translation>Маска записана в {}{}.</translation>
    </message>
    <message>
        <source>The mask {}… is missing from the annotations.</source>
        <translation>В разметке нет маски {}….</translation>
    </message>
    <message>
        <source>The memory limit of {} MB is too low.</source>
        <translation>Предел памяти {} МБ слишком мал.</translation>
    </message>
    <message>
        <source>The memory of {} is too small for this model; continued on the CPU.</source>
        <translation>Памяти {} мало для этой модели; продолжено на процессоре.</translation>
    </message>
    <message>
        <source>The memory of {} was full; continued with {} slices at once.</source>
        <translation>Память {} заполнена; продолжено по {} срезов.</translation>
    </message>
    <message>
        <source>The model asks for the unknown post-processing step “{}”.</source>
        <translation>Модель требует неизвестный шаг постобработки «{}».</translation>
    </message>
    <message>
        <source>The model had left and right lung swapped; this was corrected by the patient&apos;s axes. Check it.</source>
        <translation>Модель перепутала левое и правое лёгкое; исправлено по осям пациента. Проверьте.</translation>
    </message>
    <message>
        <source>The model is damaged; choose another one.</source>
        <translation>Модель повреждена; выберите другую.</translation>
    </message>
    <message>
        <source>The model learns from this case.</source>
        <translation>Модель учится на этом случае.</translation>
    </message>
    <message>
        <source>The model was written by a different version of the program; install a fitting one.</source>
        <translation>Модель записана другой версией программы; установите подходящую.</translation>
    </message>
    <message>
        <source>The model {} cannot be built: {}</source>
        <translation>Модель {} не удаётся построить: {}</translation>
    </message>
    <message>
        <source>The model {} cannot be used any more; {} is used instead.</source>
        <translation>Модель {} больше нельзя использовать; вместо неё используется {}.</translation>
    </message>
    <message>
        <source>The model {} cannot be used: {}</source>
        <translation>Модель {} нельзя использовать: {}</translation>
    </message>
    <message>
        <source>The model {} does not segment.</source>
        <translation>Модель {} не сегментирует.</translation>
    </message>
    <message>
        <source>The model {} has {} outputs but names {} structures.</source>
        <translation>У модели {} выходов: {}, а структур: {}.</translation>
    </message>
    <message>
        <source>The model {} is installed already.</source>
        <translation>Модель {} уже установлена.</translation>
    </message>
    <message>
        <source>The models are not used on “{}”: {}.</source>
        <translation>Модели не применяются к «{}»: {}.</translation>
    </message>
    <message>
        <source>The new model is worse than the old one in something that matters, so it was not promoted.</source>
        <translation>Новая модель хуже прежней в чём-то существенном, поэтому она не включена.</translation>
    </message>
    <message>
        <source>The operation</source>
        <translation>Операция</translation>
    </message>
    <message>
        <source>The outline was begun on another slice.</source>
        <translation>Контур начат на другом срезе.</translation>
    </message>
    <message>
        <source>The pixel size changes within the series ({} mm).</source>
        <translation>Размер пикселя меняется внутри серии ({} мм).</translation>
    </message>
    <message>
        <source>The position of the scan in the patient is not a finite 4×4 matrix.</source>
        <translation>Положение скана в теле пациента не задано конечной матрицей 4×4.</translation>
    </message>
    <message>
        <source>The post-processing step “{}” of the model</source>
        <translation>Шаг постобработки «{}» модели</translation>
    </message>
    <message>
        <source>The prediction does not lie on the grid of this scan; it is not shown.</source>
        <translation>Предсказание не лежит на сетке этого скана; оно не показано.</translation>
    </message>
    <message>
        <source>The prediction is not part of the mask yet.</source>
        <translation>Предсказание ещё не вошло в маску.</translation>
    </message>
    <message>
        <source>The prediction was neither accepted nor rejected yet.</source>
        <translation>Предсказание ещё не принято и не отклонено.</translation>
    </message>
    <message>
        <source>The preference “{}” has an unusable value; its default is used.</source>
        <translation>У настройки «{}» негодное значение; используется значение по умолчанию.</translation>
    </message>
    <message>
        <source>The preferences cannot be read ({}); defaults are used.</source>
        <translation>Настройки не читаются ({}); используются значения по умолчанию.</translation>
    </message>
    <message>
        <source>The preferences in {} are damaged ({}); defaults are used.</source>
        <translation>Настройки в {} повреждены ({}); используются значения по умолчанию.</translation>
    </message>
    <message>
        <source>The previous file is untouched.</source>
        <translation>Прежний файл не изменён.</translation>
    </message>
    <message>
        <source>The program ended unexpectedly; {} made since the last save were recovered, the last from {} UTC.</source>
        <translation>Программа завершилась неожиданно; восстановлено после последнего сохранения: {}, последнее от {} UTC.</translation>
    </message>
    <message>
        <source>The proposed change is not part of the mask yet.</source>
        <translation>Предложенное изменение ещё не вошло в маску.</translation>
    </message>
    <message>
        <source>The pulmonary hypertension panel measures them.</source>
        <translation>Их измеряет панель лёгочной гипертензии.</translation>
    </message>
    <message>
        <source>The pulmonary trunk needs slices at most {} mm apart.</source>
        <translation>Для лёгочного ствола срезы должны отстоять не более чем на {} мм.</translation>
    </message>
    <message>
        <source>The record of the models in use is damaged; {} is used until you choose another.</source>
        <translation>Запись об используемых моделях повреждена; пока вы не выберете другую, используется {}.</translation>
    </message>
    <message>
        <source>The report</source>
        <translation>Протокол</translation>
    </message>
    <message>
        <source>The report was written to {}.</source>
        <translation>Протокол записан в {}.</translation>
    </message>
    <message>
        <source>The revision is saved.</source>
        <translation>Редакция сохранена.</translation>
    </message>
    <message>
        <source>The saved mask of this series has the shape {}, the scan {}.</source>
        <translation>Размер сохранённой маски этой серии {}, скана {}.</translation>
    </message>
    <message>
        <source>The scan ends above the division of the windpipe and does not show the pulmonary trunk.</source>
        <translation>Скан заканчивается выше бифуркации трахеи и не показывает лёгочный ствол.</translation>
    </message>
    <message>
        <source>The scan ends {} mm below the carina, above the level of the pulmonary trunk.</source>
        <translation>Скан заканчивается на {} мм ниже бифуркации трахеи, выше уровня лёгочного ствола.</translation>
    </message>
    <message>
        <source>The scan may end above it or be too early after the contrast medium; draw the calipers by hand.</source>
        <translation>Скан может кончаться выше или быть слишком ранним после контраста; начертите циркули вручную.</translation>
    </message>
    <message>
        <source>The scan was not exported: {}.</source>
        <translation>Исследование не экспортировано: {}.</translation>
    </message>
    <message>
        <source>The scan was not segmented.</source>
        <translation>Исследование не сегментировано.</translation>
    </message>
    <message>
        <source>The segmentation</source>
        <translation>Сегментация</translation>
    </message>
    <message>
        <source>The segmentation model names no structures.</source>
        <translation>Модель сегментации не называет структуры.</translation>
    </message>
    <message>
        <source>The series on disk is not the one that was annotated.</source>
        <translation>Серия на диске не та, что была размечена.</translation>
    </message>
    <message>
        <source>The series {} was left out: {}.</source>
        <translation>Серия {} пропущена: {}.</translation>
    </message>
    <message>
        <source>The slices are shifted sideways by up to {} mm, more than the image is wide.</source>
        <translation>Срезы смещены вбок до {} мм, больше ширины изображения.</translation>
    </message>
    <message>
        <source>The slices lie too unevenly to form one volume (distances {} to {} mm).</source>
        <translation>Срезы лежат слишком неравномерно для одного объёма (расстояния от {} до {} мм).</translation>
    </message>
    <message>
        <source>The stored mask {}… is damaged; it was not used.</source>
        <translation>Сохранённая маска {}… повреждена и не использована.</translation>
    </message>
    <message>
        <source>The study list was damaged and begins anew; the old file is kept as {}.</source>
        <translation>Список исследований был повреждён и начат заново; старый файл сохранён как {}.</translation>
    </message>
    <message>
        <source>The study was written without identifiers to {}.</source>
        <translation>Исследование без идентификаторов записано в {}.</translation>
    </message>
    <message>
        <source>The training request contains no cases.</source>
        <translation>В запросе на обучение нет случаев.</translation>
    </message>
    <message>
        <source>The training request has format version {}, this program reads {}.</source>
        <translation>Версия формата запроса на обучение {}, программа читает {}.</translation>
    </message>
    <message>
        <source>The training request names the case “{}” twice.</source>
        <translation>Запрос на обучение дважды называет случай «{}».</translation>
    </message>
    <message>
        <source>The training request {} cannot be read: {}.</source>
        <translation>Запрос на обучение {} не удаётся прочитать: {}.</translation>
    </message>
    <message>
        <source>The training request {} is not JSON: {}.</source>
        <translation>Запрос на обучение {} не является JSON: {}.</translation>
    </message>
    <message>
        <source>The training run left no model.</source>
        <translation>Обучение не дало модели.</translation>
    </message>
    <message>
        <source>The values of this scan are not Hounsfield units.</source>
        <translation>Значения этого скана не в единицах Хаунсфилда.</translation>
    </message>
    <message>
        <source>The values of “{}” are not Hounsfield units, so the models cannot be used on it.</source>
        <translation>Значения «{}» не в единицах Хаунсфилда, модели применять нельзя.</translation>
    </message>
    <message>
        <source>The voxel spacing {} mm contains a zero.</source>
        <translation>Размер вокселя {} мм содержит ноль.</translation>
    </message>
    <message>
        <source>The watched folder {} cannot be reached.</source>
        <translation>Наблюдаемая папка {} недоступна.</translation>
    </message>
    <message>
        <source>The weighted cross entropy needs class_weights, background first.</source>
        <translation>Взвешенной кросс-энтропии нужны class_weights, первым фон.</translation>
    </message>
    <message>
        <source>The weights file {} of {} is missing.</source>
        <translation>Нет файла весов {} модели {}.</translation>
    </message>
    <message>
        <source>The weights of {} do not fit the network “{}”.</source>
        <translation>Веса {} не подходят к сети «{}».</translation>
    </message>
    <message>
        <source>The windpipe was found by thresholds only; segment the scan for a surer level.</source>
        <translation>Трахея найдена только по порогам; сегментируйте исследование для более надёжного уровня.</translation>
    </message>
    <message>
        <source>Their order cannot be known; export the series again with positions.</source>
        <translation>Их порядок неизвестен; экспортируйте серию заново с положениями.</translation>
    </message>
    <message>
        <source>Their positions cannot be right; export the series again.</source>
        <translation>Их положения неверны; экспортируйте серию заново.</translation>
    </message>
    <message>
        <source>There are 255 segments already, no more fit into the mask.</source>
        <translation>Структур уже 255, больше в маску не помещается.</translation>
    </message>
    <message>
        <source>There is no axial slice with index {}; the scan has {} slices.</source>
        <translation>Нет аксиального среза с номером {}; срезов {}.</translation>
    </message>
    <message>
        <source>There is no device “{}”.</source>
        <translation>Нет устройства «{}».</translation>
    </message>
    <message>
        <source>There is no earlier {} model to return to.</source>
        <translation>Нет прежней модели ({}), к которой можно вернуться.</translation>
    </message>
    <message>
        <source>There is no mask of “{}” among the annotations.</source>
        <translation>В разметке нет маски «{}».</translation>
    </message>
    <message>
        <source>There is no mask to save yet.</source>
        <translation>Маски для сохранения ещё нет.</translation>
    </message>
    <message>
        <source>There is no model {}.</source>
        <translation>Модели {} нет.</translation>
    </message>
    <message>
        <source>There is no prediction to accept inside a box.</source>
        <translation>Нет предсказания, чтобы принять его внутри рамки.</translation>
    </message>
    <message>
        <source>There is no revision {}… in the annotations.</source>
        <translation>В разметке нет редакции {}….</translation>
    </message>
    <message>
        <source>There is no segment under the pointer.</source>
        <translation>Под указателем нет структуры.</translation>
    </message>
    <message>
        <source>There is not enough memory to run the model on a single slice.</source>
        <translation>Памяти не хватает даже на один срез.</translation>
    </message>
    <message>
        <source>This part of the program is not installed.</source>
        <translation>Эта часть программы не установлена.</translation>
    </message>
    <message>
        <source>This patient is held out: the case only measures the old and the new model, now and always.</source>
        <translation>Пациент отложен: случай только оценивает старую и новую модель, сейчас и всегда.</translation>
    </message>
    <message>
        <source>This series does not say how large a pixel is, so it cannot be measured.</source>
        <translation>В этой серии не указан размер пикселя, измерять нельзя.</translation>
    </message>
    <message>
        <source>This window is read-only.</source>
        <translation>Это окно только для чтения.</translation>
    </message>
    <message>
        <source>Thorough</source>
        <translation>Тщательный</translation>
    </message>
    <message>
        <source>Trachea</source>
        <translation>Трахея</translation>
    </message>
    <message>
        <source>Training could not be prepared ({}).</source>
        <translation>Обучение не удалось подготовить ({}).</translation>
    </message>
    <message>
        <source>Training could not be started ({}).</source>
        <translation>Обучение не удалось запустить ({}).</translation>
    </message>
    <message>
        <source>Training ended unexpectedly ({}).</source>
        <translation>Обучение неожиданно завершилось ({}).</translation>
    </message>
    <message>
        <source>Training was cancelled.</source>
        <translation>Обучение прервано.</translation>
    </message>
    <message>
        <source>Training was stopped by the system, most likely because the memory ran out.</source>
        <translation>Обучение остановлено системой, скорее всего из-за нехватки памяти.</translation>
    </message>
    <message>
        <source>Training…</source>
        <translation>Обучение…</translation>
    </message>
    <message>
        <source>Truong QA et al. Reference values for normal pulmonary artery dimensions by noncontrast cardiac CT: the Framingham Heart Study. Circ Cardiovasc Imaging 2012;5:147–154. 90th percentile of 706 healthy persons.</source>
        <translation>Truong QA et al. Reference values for normal pulmonary artery dimensions by noncontrast cardiac CT: the Framingham Heart Study. Circ Cardiovasc Imaging 2012;5:147–154. 90th percentile of 706 healthy persons.</translation>
    </message>
    <message>
        <source>Try again in a moment.</source>
        <translation>Повторите через мгновение.</translation>
    </message>
    <message>
        <source>Try it again.</source>
        <translation>Повторите.</translation>
    </message>
    <message>
        <source>Two structures of the model have the same key.</source>
        <translation>У двух структур модели одинаковый ключ.</translation>
    </message>
    <message>
        <source>Unexpected failure: {}. See the log.</source>
        <translation>Непредвиденная ошибка: {}. См. журнал.</translation>
    </message>
    <message>
        <source>Unknown crop “{}”.</source>
        <translation>Неизвестная обрезка «{}».</translation>
    </message>
    <message>
        <source>Unknown model kind “{}”.</source>
        <translation>Неизвестный вид модели «{}».</translation>
    </message>
    <message>
        <source>Unknown network architecture “{}”.</source>
        <translation>Неизвестная архитектура сети «{}».</translation>
    </message>
    <message>
        <source>Unlock it in the segments panel first.</source>
        <translation>Сначала снимите закрепление в панели структур.</translation>
    </message>
    <message>
        <source>Unlock it in the segments panel, or choose another segment.</source>
        <translation>Снимите закрепление в панели структур или выберите другую.</translation>
    </message>
    <message>
        <source>Unpack it and open the folder.</source>
        <translation>Распакуйте и откройте папку.</translation>
    </message>
    <message>
        <source>Unpack it with its password and open the folder.</source>
        <translation>Распакуйте его с паролем и откройте папку.</translation>
    </message>
    <message>
        <source>Unpack it yourself.</source>
        <translation>Распакуйте его сами.</translation>
    </message>
    <message>
        <source>Update the program to use this model.</source>
        <translation>Обновите программу, чтобы использовать эту модель.</translation>
    </message>
    <message>
        <source>Update the program; nothing was changed.</source>
        <translation>Обновите программу; ничего не изменено.</translation>
    </message>
    <message>
        <source>Upper lobe of lung</source>
        <translation>Верхняя доля лёгкого</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Назначение</translation>
    </message>
    <message>
        <source>Use a scan of the whole chest.</source>
        <translation>Используйте исследование всей грудной клетки.</translation>
    </message>
    <message>
        <source>Use one of {}.</source>
        <translation>Используйте одно из: {}.</translation>
    </message>
    <message>
        <source>Use the {} ({})</source>
        <translation>Использовать {} ({})</translation>
    </message>
    <message>
        <source>Use up to 80 letters, digits, dots, hyphens and underscores.</source>
        <translation>Используйте до 80 букв, цифр, точек, дефисов и подчёркиваний.</translation>
    </message>
    <message>
        <source>Use {}</source>
        <translation>Использовать {}</translation>
    </message>
    <message>
        <source>Values beyond ±32767 HU on {} slices were clipped.</source>
        <translation>Значения за пределами ±32767 HU обрезаны; срезов: {}.</translation>
    </message>
    <message>
        <source>Values beyond ±32767 were clipped.</source>
        <translation>Значения за пределами ±32767 обрезаны.</translation>
    </message>
    <message>
        <source>Vertebra</source>
        <translation>Позвонок</translation>
    </message>
    <message>
        <source>Vessels are not proposed on “{}”: its values or its voxel size are not calibrated.</source>
        <translation>На «{}» сосуды не предлагаются: значения или размер вокселя не калиброваны.</translation>
    </message>
    <message>
        <source>Vessels are proposed on contrast-enhanced scans only; draw the calipers by hand.</source>
        <translation>Сосуды предлагаются только на исследованиях с контрастом; начертите циркули вручную.</translation>
    </message>
    <message>
        <source>Which one belongs to the scan? Choose, or move the other one out of the folder and open it again.</source>
        <translation>Какое из них относится к исследованию? Выберите или уберите другое из папки и откройте снова.</translation>
    </message>
    <message>
        <source>Which one is right? Choose by a landmark: the heart lies on the left, the liver on the right.</source>
        <translation>Что верно? Выберите по ориентиру: сердце слева, печень справа.</translation>
    </message>
    <message>
        <source>Writing the copy</source>
        <translation>Запись копии</translation>
    </message>
    <message>
        <source>Writing the de-identified study</source>
        <translation>Запись обезличенного исследования</translation>
    </message>
    <message>
        <source>a 7z archive (unpack it first)</source>
        <translation>архив 7z (сначала распакуйте)</translation>
    </message>
    <message>
        <source>a RAR archive (unpack it first)</source>
        <translation>архив RAR (сначала распакуйте)</translation>
    </message>
    <message>
        <source>a ZIP archive in a folder (open it by itself)</source>
        <translation>архив ZIP в папке (откройте его отдельно)</translation>
    </message>
    <message>
        <source>batch normalisation without statistics</source>
        <translation>batch normalisation without statistics</translation>
    </message>
    <message>
        <source>it does not say how it lies in the patient ({}), so left and right are unknown</source>
        <translation>не указано, как он расположен в пациенте ({}), поэтому лево и право неизвестны</translation>
    </message>
    <message>
        <source>it does not say in which order the bytes of its numbers are (endian)</source>
        <translation>не указан порядок байтов его чисел (endian)</translation>
    </message>
    <message>
        <source>it does not say whether its pixel values have a sign (PixelRepresentation)</source>
        <translation>не указано, есть ли у значений пикселей знак (PixelRepresentation)</translation>
    </message>
    <message>
        <source>it is not a DICOM {}</source>
        <translation>это не {} DICOM</translation>
    </message>
    <message>
        <source>its header promises {} but the file has {}</source>
        <translation>в его заголовке указано {}, но в файле {}</translation>
    </message>
    <message>
        <source>two different images lie at the same position ({} mm): {}{}</source>
        <translation>два разных изображения лежат на одной позиции ({} мм): {}{}</translation>
    </message>
    <message>
        <source>Building surfaces</source>
        <translation>Построение поверхностей</translation>
    </message>
    <message>
        <source>Attention U-Net++ V2, chest</source>
        <translation>Attention U-Net++ V2, ОГК</translation>
    </message>
    <message>
        <source>Author</source>
        <translation>Автор</translation>
    </message>
    <message>
        <source>Check free disk space and that the scans are still there.</source>
        <translation>Проверьте свободное место на диске и наличие исследований.</translation>
    </message>
    <message>
        <source>Choose a CT series with positions.</source>
        <translation>Выберите серию КТ с положениями срезов.</translation>
    </message>
    <message>
        <source>Choose an empty folder.</source>
        <translation>Выберите пустую папку.</translation>
    </message>
    <message>
        <source>Choose another one to compare it with.</source>
        <translation>Выберите для сравнения другую.</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Очистить</translation>
    </message>
    <message>
        <source>Combine</source>
        <translation>Сложить, вычесть, пересечь</translation>
    </message>
    <message>
        <source>Comparing on held-out case {} of {}</source>
        <translation>Сравнение на отложенном случае {} из {}</translation>
    </message>
    <message>
        <source>Control</source>
        <translation>Контроль</translation>
    </message>
    <message>
        <source>Copy slice</source>
        <translation>Копировать срез</translation>
    </message>
    <message>
        <source>Fill between slices</source>
        <translation>Заполнить между срезами</translation>
    </message>
    <message>
        <source>Fill holes</source>
        <translation>Заполнить отверстия</translation>
    </message>
    <message>
        <source>Group 1</source>
        <translation>Группа 1</translation>
    </message>
    <message>
        <source>Group 2</source>
        <translation>Группа 2</translation>
    </message>
    <message>
        <source>Group 3</source>
        <translation>Группа 3</translation>
    </message>
    <message>
        <source>Grow or shrink</source>
        <translation>Расширить или сузить</translation>
    </message>
    <message>
        <source>Hanmandlu A et al. Diagnostic and prognostic value of RV strain defined as RV/LV ratio on chest CT in acute pulmonary embolism: a systematic review. Echocardiography 2025, doi 10.1111/echo.70107. A sign of strain, not of pressure: 64 % of 862 consecutive patients had 1.0 or more (doi 10.1097/RTI.0000000000000547).</source>
        <translation>Hanmandlu A et al. Diagnostic and prognostic value of RV strain defined as RV/LV ratio on chest CT in acute pulmonary embolism: a systematic review. Echocardiography 2025, doi 10.1111/echo.70107. Признак перегрузки, а не давления: 1,0 и более было у 64 % из 862 пациентов подряд (doi 10.1097/RTI.0000000000000547).</translation>
    </message>
    <message>
        <source>It is a {} with {}.</source>
        <translation>Это {}, {}.</translation>
    </message>
    <message>
        <source>Iteration {} of {}</source>
        <translation>Итерация {} из {}</translation>
    </message>
    <message>
        <source>Keep largest part</source>
        <translation>Оставить наибольшую часть</translation>
    </message>
    <message>
        <source>None of {} files can be used. The first, {}: {}.</source>
        <translation>Ни один из файлов ({}) нельзя использовать. Первый, {}: {}.</translation>
    </message>
    <message>
        <source>Opening the prior</source>
        <translation>Открытие прежнего исследования</translation>
    </message>
    <message>
        <source>PH class from the pulmonary-trunk slice</source>
        <translation>Класс ЛГ по срезу лёгочного ствола</translation>
    </message>
    <message>
        <source>Preparing {} {} of {}</source>
        <translation>Подготовка: {} {} из {}</translation>
    </message>
    <message>
        <source>Raise the limit; 2048 MB is enough for small models.</source>
        <translation>Увеличьте предел; для небольших моделей достаточно 2048 MB.</translation>
    </message>
    <message>
        <source>Raise the memory limit, close other programs or choose a smaller batch.</source>
        <translation>Увеличьте предел памяти, закройте другие программы или уменьшите пакет.</translation>
    </message>
    <message>
        <source>Read-only. {}</source>
        <translation>Только чтение. {}</translation>
    </message>
    <message>
        <source>Relabel</source>
        <translation>Переназначить</translation>
    </message>
    <message>
        <source>Relabel – {} to {}</source>
        <translation>Переназначить – {}: теперь {}</translation>
    </message>
    <message>
        <source>See “python -m training networks”.</source>
        <translation>См. «python -m training networks».</translation>
    </message>
    <message>
        <source>Smooth</source>
        <translation>Сгладить</translation>
    </message>
    <message>
        <source>Smooth all jointly</source>
        <translation>Сгладить все совместно</translation>
    </message>
    <message>
        <source>Something went wrong inside the program ({}).</source>
        <translation>В программе произошла ошибка ({}).</translation>
    </message>
    <message>
        <source>Stopped: the held-out cases do not improve any more.</source>
        <translation>Остановлено: результат на отложенных случаях больше не улучшается.</translation>
    </message>
    <message>
        <source>Swap left and right lung</source>
        <translation>Поменять местами левое и правое лёгкое</translation>
    </message>
    <message>
        <source>The active model is unchanged; try again with a lower learning rate.</source>
        <translation>Активная модель не изменена; повторите с меньшей скоростью обучения.</translation>
    </message>
    <message>
        <source>The device&apos;s memory is too small for this model; training goes on, slower, on the CPU.</source>
        <translation>Памяти устройства не хватает для этой модели; обучение продолжается медленнее, на процессоре.</translation>
    </message>
    <message>
        <source>The device&apos;s memory was full; training goes on with {} slices at once.</source>
        <translation>Память устройства закончилась; обучение продолжается, срезов одновременно: {}.</translation>
    </message>
    <message>
        <source>The geometry cannot be right: {}.</source>
        <translation>Геометрия не может быть верной: {}.</translation>
    </message>
    <message>
        <source>The images of “{}” carry no positions, so the models cannot be used on them.</source>
        <translation>В снимках «{}» нет положений срезов, поэтому модели к ним не применяются.</translation>
    </message>
    <message>
        <source>The list of series says why.</source>
        <translation>Причина указана в списке серий.</translation>
    </message>
    <message>
        <source>The lungs touched as two lungs never do; everything was taken for one left lung. Check the side.</source>
        <translation>Лёгкие соприкасались так, как два лёгких не соприкасаются; всё принято за одно левое лёгкое. Проверьте сторону.</translation>
    </message>
    <message>
        <source>The lungs touched as two lungs never do; everything was taken for one right lung. Check the side.</source>
        <translation>Лёгкие соприкасались так, как два лёгких не соприкасаются; всё принято за одно правое лёгкое. Проверьте сторону.</translation>
    </message>
    <message>
        <source>The memory limit allows {} scans at once, not {}.</source>
        <translation>Предел памяти допускает исследований одновременно: {}, а не {}.</translation>
    </message>
    <message>
        <source>The memory limit is too small to compare the models on whole scans.</source>
        <translation>Предел памяти слишком мал, чтобы сравнить модели на целых исследованиях.</translation>
    </message>
    <message>
        <source>The memory limit left no room to draw the curves.</source>
        <translation>В пределе памяти не осталось места для построения кривых.</translation>
    </message>
    <message>
        <source>The memory limit of {} MB is too small: the program alone needs {} MB.</source>
        <translation>Предел памяти {} MB слишком мал: самой программе нужно {} MB.</translation>
    </message>
    <message>
        <source>The record of revision {}… is damaged; it was not used.</source>
        <translation>Запись редакции {}… повреждена и не использована.</translation>
    </message>
    <message>
        <source>The region grew to at least {} ml, more than the limit of {} ml.</source>
        <translation>Область выросла не менее чем до {} мл, больше предела {} мл.</translation>
    </message>
    <message>
        <source>The run folder keeps the log; try again or report the problem.</source>
        <translation>Журнал остаётся в папке запуска; повторите попытку или сообщите об ошибке.</translation>
    </message>
    <message>
        <source>The undo list has a gap: change {} is missing.</source>
        <translation>В списке отмен пропуск: нет изменения {}.</translation>
    </message>
    <message>
        <source>The values run from {} to {}, without air: not Hounsfield units. {}</source>
        <translation>Значения лежат от {} до {}, воздуха нет: это не единицы Хаунсфилда. {}</translation>
    </message>
    <message>
        <source>The weights of {} do not fit the network that was asked for.</source>
        <translation>Веса {} не подходят к выбранной сети.</translation>
    </message>
    <message>
        <source>This series is the current one.</source>
        <translation>Эта серия уже открыта.</translation>
    </message>
    <message>
        <source>This system cannot enforce the memory limit; it is watched instead.</source>
        <translation>Эта система не может ограничить память; вместо этого за пределом следит программа.</translation>
    </message>
    <message>
        <source>Training became unstable: the loss is {} at step {}.</source>
        <translation>Обучение стало неустойчивым: функция потерь равна {} на шаге {}.</translation>
    </message>
    <message>
        <source>Training failed unexpectedly ({}); the active model is unchanged.</source>
        <translation>Обучение неожиданно прервалось ({}); активная модель не изменена.</translation>
    </message>
    <message>
        <source>Training ran out of memory; the active model is unchanged.</source>
        <translation>Обучению не хватило памяти; активная модель не изменена.</translation>
    </message>
    <message>
        <source>Training stopped at a file: {}.</source>
        <translation>Обучение остановилось на файле: {}.</translation>
    </message>
    <message>
        <source>Write it as id@version.</source>
        <translation>Запишите в виде id@version.</translation>
    </message>
    <message>
        <source>Write the report as HTML or PDF.</source>
        <translation>Запишите протокол в HTML или PDF.</translation>
    </message>
    <message>
        <source>Writing the mask</source>
        <translation>Запись маски</translation>
    </message>
    <message>
        <source>Writing the report</source>
        <translation>Запись протокола</translation>
    </message>
    <message>
        <source>Writing the study list</source>
        <translation>Запись списка исследований</translation>
    </message>
    <message>
        <source>Writing {}</source>
        <translation>Запись: {}</translation>
    </message>
    <message>
        <source>You can look, measure and export in this window, but not change the mask (read-only).</source>
        <translation>В этом окне можно смотреть, измерять и экспортировать, но не менять маску (только чтение).</translation>
    </message>
    <message>
        <source>Your corrections are safe; details are in the log file.</source>
        <translation>Исправления целы; подробности в журнале.</translation>
    </message>
    <message>
        <source>Your corrections are saved. You can go on; if it happens again, start the program again. Details are in the log.</source>
        <translation>Исправления сохранены. Можно продолжать; если ошибка повторится, запустите программу заново. Подробности в журнале.</translation>
    </message>
    <message>
        <source>a JPEG picture</source>
        <translation>картинка JPEG</translation>
    </message>
    <message>
        <source>a JSON text</source>
        <translation>текст JSON</translation>
    </message>
    <message>
        <source>a Linux program</source>
        <translation>программа Linux</translation>
    </message>
    <message>
        <source>a PDF document</source>
        <translation>документ PDF</translation>
    </message>
    <message>
        <source>a PNG picture</source>
        <translation>картинка PNG</translation>
    </message>
    <message>
        <source>a Windows program</source>
        <translation>программа Windows</translation>
    </message>
    <message>
        <source>a finite number</source>
        <translation>конечное число</translation>
    </message>
    <message>
        <source>a gzip archive (unpack it first)</source>
        <translation>архив gzip (сначала распакуйте)</translation>
    </message>
    <message>
        <source>a list of texts</source>
        <translation>список строк</translation>
    </message>
    <message>
        <source>a presentation state</source>
        <translation>состояние отображения</translation>
    </message>
    <message>
        <source>a radiotherapy dose</source>
        <translation>доза лучевой терапии</translation>
    </message>
    <message>
        <source>a report (DICOM SR)</source>
        <translation>отчёт (DICOM SR)</translation>
    </message>
    <message>
        <source>a segmentation (DICOM SEG)</source>
        <translation>сегментация (DICOM SEG)</translation>
    </message>
    <message>
        <source>a sequence in its header is broken</source>
        <translation>последовательность в заголовке разорвана</translation>
    </message>
    <message>
        <source>a text file</source>
        <translation>текстовый файл</translation>
    </message>
    <message>
        <source>a whole number</source>
        <translation>целое число</translation>
    </message>
    <message>
        <source>accepted the mask</source>
        <translation>принял маску</translation>
    </message>
    <message>
        <source>acquisition time</source>
        <translation>время съёмки</translation>
    </message>
    <message>
        <source>also refers to {} slices that the scan does not have</source>
        <translation>ссылается ещё на {} срезов, которых в скане нет</translation>
    </message>
    <message>
        <source>an XML or HTML text</source>
        <translation>текст XML или HTML</translation>
    </message>
    <message>
        <source>an axis of it is not one of space but “{}”</source>
        <translation>одна из его осей не пространственная, а «{}»</translation>
    </message>
    <message>
        <source>an empty file</source>
        <translation>пустой файл</translation>
    </message>
    <message>
        <source>an object</source>
        <translation>объект</translation>
    </message>
    <message>
        <source>another user</source>
        <translation>другой пользователь</translation>
    </message>
    <message>
        <source>ascending aorta</source>
        <translation>восходящая аорта</translation>
    </message>
    <message>
        <source>axial and 3-D</source>
        <translation>аксиальная и 3D</translation>
    </message>
    <message>
        <source>bad allocation</source>
        <translation>сбой выделения памяти</translation>
    </message>
    <message>
        <source>belongs to another patient</source>
        <translation>принадлежит другому пациенту</translation>
    </message>
    <message>
        <source>below -950 HU</source>
        <translation>ниже −950 HU</translation>
    </message>
    <message>
        <source>bfloat16 is not native here</source>
        <translation>bfloat16 is not native here</translation>
    </message>
    <message>
        <source>byte skip</source>
        <translation>byte skip</translation>
    </message>
    <message>
        <source>can&apos;t allocate memory</source>
        <translation>не удаётся выделить память</translation>
    </message>
    <message>
        <source>carina and enhanced vessels</source>
        <translation>бифуркации трахеи и контрастированным сосудам</translation>
    </message>
    <message>
        <source>center_hu = {}</source>
        <translation>center_hu = {}</translation>
    </message>
    <message>
        <source>change {} (“{}”, {}) does not match its checksum.</source>
        <translation>изменение {} («{}», {}) не совпадает с контрольной суммой.</translation>
    </message>
    <message>
        <source>choice needed</source>
        <translation>нужен выбор</translation>
    </message>
    <message>
        <source>code {}</source>
        <translation>код {}</translation>
    </message>
    <message>
        <source>content time</source>
        <translation>время содержимого</translation>
    </message>
    <message>
        <source>copy slice</source>
        <translation>копировать срез</translation>
    </message>
    <message>
        <source>corrected the mask</source>
        <translation>исправил маску</translation>
    </message>
    <message>
        <source>ctviewer demo {}</source>
        <translation>ctviewer demo {}</translation>
    </message>
    <message>
        <source>ctviewer measurements (research)</source>
        <translation>ctviewer measurements (research)</translation>
    </message>
    <message>
        <source>ctviewer report (research)</source>
        <translation>ctviewer report (research)</translation>
    </message>
    <message>
        <source>ctviewer segmentation (research)</source>
        <translation>ctviewer segmentation (research)</translation>
    </message>
    <message>
        <source>ctviewer structure set (research)</source>
        <translation>ctviewer structure set (research)</translation>
    </message>
    <message>
        <source>ctviewer: allow-list, DICOM PS3.15 Basic Profile</source>
        <translation>ctviewer: allow-list, DICOM PS3.15 Basic Profile</translation>
    </message>
    <message>
        <source>damaged files</source>
        <translation>повреждённые файлы</translation>
    </message>
    <message>
        <source>data file</source>
        <translation>data file</translation>
    </message>
    <message>
        <source>decoding it needs more memory than is allowed</source>
        <translation>для декодирования нужно больше памяти, чем разрешено</translation>
    </message>
    <message>
        <source>decoding it needs more memory than it may use</source>
        <translation>для декодирования нужно больше памяти, чем разрешено</translation>
    </message>
    <message>
        <source>decoding it took too long</source>
        <translation>декодирование заняло слишком много времени</translation>
    </message>
    <message>
        <source>delete segment</source>
        <translation>удалить структуру</translation>
    </message>
    <message>
        <source>different ways</source>
        <translation>по-разному</translation>
    </message>
    <message>
        <source>does not say on which scan it was drawn</source>
        <translation>не сообщает, на каком скане нарисован</translation>
    </message>
    <message>
        <source>does not say on which slices it was made</source>
        <translation>не сообщает, на каких срезах сделана</translation>
    </message>
    <message>
        <source>element ({},{}) has {} bytes instead of 2</source>
        <translation>элемент ({},{}) занимает {} байт вместо 2</translation>
    </message>
    <message>
        <source>element ({},{}) is there twice and says two things</source>
        <translation>элемент ({},{}) встречается дважды с разными значениями</translation>
    </message>
    <message>
        <source>encoding: gzip</source>
        <translation>encoding: gzip</translation>
    </message>
    <message>
        <source>fallback from a full device</source>
        <translation>fallback from a full device</translation>
    </message>
    <message>
        <source>file of this folder is truncated and was</source>
        <translation>файл этой папки обрезан и</translation>
    </message>
    <message>
        <source>files of this folder are truncated and were</source>
        <translation>файлов этой папки обрезаны и</translation>
    </message>
    <message>
        <source>fill between slices</source>
        <translation>заполнить между срезами</translation>
    </message>
    <message>
        <source>fill holes</source>
        <translation>заполнить отверстия</translation>
    </message>
    <message>
        <source>first caliper</source>
        <translation>первый циркуль</translation>
    </message>
    <message>
        <source>frame of reference</source>
        <translation>система координат</translation>
    </message>
    <message>
        <source>frame {}</source>
        <translation>кадр {}</translation>
    </message>
    <message>
        <source>front and back</source>
        <translation>перёд и зад</translation>
    </message>
    <message>
        <source>gesture NOT INDEXED</source>
        <translation>gesture NOT INDEXED</translation>
    </message>
    <message>
        <source>grow or shrink</source>
        <translation>расширить или сузить</translation>
    </message>
    <message>
        <source>has contours above or below the scan: it is shifted or flipped</source>
        <translation>имеет контуры выше или ниже скана: сдвинут или отражён</translation>
    </message>
    <message>
        <source>has pixels of {}×{} mm, which the scan has not</source>
        <translation>имеет пиксели {}×{} мм, каких в скане нет</translation>
    </message>
    <message>
        <source>has voxels of {} mm, the scan of {} mm</source>
        <translation>имеет воксели {} мм, скан {} мм</translation>
    </message>
    <message>
        <source>has {} voxels, the scan {}</source>
        <translation>имеет {} вокселей, скан {}</translation>
    </message>
    <message>
        <source>has {}×{} pixels, the scan {}×{}</source>
        <translation>имеет {}×{} пикселей, а скан {}×{}</translation>
    </message>
    <message>
        <source>head and feet</source>
        <translation>верх и низ</translation>
    </message>
    <message>
        <source>held-out case</source>
        <translation>отложенный случай</translation>
    </message>
    <message>
        <source>id, place, live, name, tool, author, created_at, model_id, model_version, model_sha256, n_changed, nbytes, checksum</source>
        <translation>id, place, live, name, tool, author, created_at, model_id, model_version, model_sha256, n_changed, nbytes, checksum</translation>
    </message>
    <message>
        <source>identity incomplete</source>
        <translation>нет полных UID</translation>
    </message>
    <message>
        <source>idle model</source>
        <translation>idle model</translation>
    </message>
    <message>
        <source>image is</source>
        <translation>изображение</translation>
    </message>
    <message>
        <source>image type</source>
        <translation>тип изображения</translation>
    </message>
    <message>
        <source>images are</source>
        <translation>изображения</translation>
    </message>
    <message>
        <source>in correction</source>
        <translation>исправляется</translation>
    </message>
    <message>
        <source>interpolation {}</source>
        <translation>interpolation {}</translation>
    </message>
    <message>
        <source>is flipped or turned against the scan: its rows and columns run in other directions</source>
        <translation>отражена или повёрнута относительно скана: её строки и столбцы идут в других направлениях</translation>
    </message>
    <message>
        <source>is mirrored against the scan ({} exchanged)</source>
        <translation>зеркальна относительно скана (переставлены {})</translation>
    </message>
    <message>
        <source>is shifted against the scan by {} mm ({} to the left, {} to the back, {} to the head)</source>
        <translation>сдвинута относительно скана на {} мм ({} влево, {} назад, {} к голове)</translation>
    </message>
    <message>
        <source>is shifted by {} mm against the slices it refers to</source>
        <translation>сдвинута на {} мм относительно своих срезов</translation>
    </message>
    <message>
        <source>is shifted or flipped against the scan: contours lie on other slices than they refer to</source>
        <translation>сдвинут или отражён относительно скана: контуры лежат не на своих срезах</translation>
    </message>
    <message>
        <source>is shifted or turned against the scan: a contour lies {} mm beside its slice</source>
        <translation>сдвинут или повёрнут относительно скана: контур лежит в {} мм от своего среза</translation>
    </message>
    <message>
        <source>is turned against the scan by {}°</source>
        <translation>повёрнута относительно скана на {}°</translation>
    </message>
    <message>
        <source>it claims {} frames</source>
        <translation>заявлено кадров: {}</translation>
    </message>
    <message>
        <source>it claims {} voxels, {} GB of values, and {} GB may be used here</source>
        <translation>заявлено вокселей: {}, {} ГБ значений, а использовать здесь можно {} ГБ</translation>
    </message>
    <message>
        <source>it contradicts itself about where its voxels start (HeaderSize = {})</source>
        <translation>он противоречит себе в том, где начинаются воксели (HeaderSize = {})</translation>
    </message>
    <message>
        <source>it does not exist</source>
        <translation>его нет</translation>
    </message>
    <message>
        <source>it does not say how it lies in the patient (no TransformMatrix), so left and right are unknown</source>
        <translation>не сказано, как он лежит в пациенте (нет TransformMatrix), лево и право неизвестны</translation>
    </message>
    <message>
        <source>it does not say which side of the patient is left (sform and qform codes are both 0)</source>
        <translation>не сказано, где левая сторона пациента (коды sform и qform равны 0)</translation>
    </message>
    <message>
        <source>it gives two voxel sizes ({} by the sform, {} by the qform)</source>
        <translation>указаны два размера вокселя ({} по sform, {} по qform)</translation>
    </message>
    <message>
        <source>it has 4 dimensions, and the first is not the list of layers</source>
        <translation>измерений 4, и первое не список слоёв</translation>
    </message>
    <message>
        <source>it has changed since the scan was opened</source>
        <translation>он изменился после открытия исследования</translation>
    </message>
    <message>
        <source>it has no image data in it</source>
        <translation>в нём нет данных изображения</translation>
    </message>
    <message>
        <source>it has no image in it</source>
        <translation>в нём нет изображения</translation>
    </message>
    <message>
        <source>it has no “space”</source>
        <translation>нет поля «space»</translation>
    </message>
    <message>
        <source>it has several values per voxel, and CT has one</source>
        <translation>в нём несколько значений на воксель, а в КТ одно</translation>
    </message>
    <message>
        <source>it has {} dimensions</source>
        <translation>измерений: {}</translation>
    </message>
    <message>
        <source>it has {} dimensions, and a volume has 3</source>
        <translation>измерений: {}, а у объёма их 3</translation>
    </message>
    <message>
        <source>it has {} layers</source>
        <translation>слоёв: {}</translation>
    </message>
    <message>
        <source>it holds more than {} files</source>
        <translation>в нём более {} файлов</translation>
    </message>
    <message>
        <source>it holds probabilities, not a mask</source>
        <translation>в ней вероятности, а не маска</translation>
    </message>
    <message>
        <source>it holds the voxels of {}, which is the file to open</source>
        <translation>в нём воксели файла {}, открывать нужно его</translation>
    </message>
    <message>
        <source>it holds {} volumes in one file, and one is needed</source>
        <translation>в одном файле объёмов: {}, а нужен один</translation>
    </message>
    <message>
        <source>it holds {}, not images</source>
        <translation>в нём {}, а не изображения</translation>
    </message>
    <message>
        <source>it holds “{}”, which is not in the label table</source>
        <translation>в ней есть «{}», чего нет в таблице меток</translation>
    </message>
    <message>
        <source>it is a DICOM file of the kind {} without an image</source>
        <translation>это файл DICOM вида {} без изображения</translation>
    </message>
    <message>
        <source>it is a DICOM file, but neither a segmentation nor a structure set</source>
        <translation>это файл DICOM, но не сегментация и не набор структур</translation>
    </message>
    <message>
        <source>it is a colour image ({}), not CT</source>
        <translation>это цветное изображение ({}), а не КТ</translation>
    </message>
    <message>
        <source>it is a link to another folder, and links are not followed</source>
        <translation>это ссылка на другую папку, а по ссылкам программа не переходит</translation>
    </message>
    <message>
        <source>it is a secondary capture, whose pictures may show names</source>
        <translation>это вторичный захват, на изображениях могут быть имена</translation>
    </message>
    <message>
        <source>it is an Analyze file, which does not say which side is left</source>
        <translation>это файл Analyze, в нём не сказано, где лево</translation>
    </message>
    <message>
        <source>it is damaged</source>
        <translation>он повреждён</translation>
    </message>
    <message>
        <source>it is encrypted</source>
        <translation>он зашифрован</translation>
    </message>
    <message>
        <source>it is missing or no image</source>
        <translation>его нет, или это не изображение</translation>
    </message>
    <message>
        <source>it is neither a file nor a folder</source>
        <translation>это не файл и не папка</translation>
    </message>
    <message>
        <source>it is no NIfTI, NRRD or MetaImage file</source>
        <translation>это не файл NIfTI, NRRD или MetaImage</translation>
    </message>
    <message>
        <source>it is no name of a file</source>
        <translation>это не имя файла</translation>
    </message>
    <message>
        <source>it is not a DICOM file</source>
        <translation>это не файл DICOM</translation>
    </message>
    <message>
        <source>it is not a DICOM image</source>
        <translation>это не изображение DICOM</translation>
    </message>
    <message>
        <source>it is not a NIfTI file</source>
        <translation>это не файл NIfTI</translation>
    </message>
    <message>
        <source>it is not a NRRD file</source>
        <translation>это не файл NRRD</translation>
    </message>
    <message>
        <source>it is not a binary STL file</source>
        <translation>это не двоичный файл STL</translation>
    </message>
    <message>
        <source>it is not an image this program knows</source>
        <translation>это не известное программе изображение</translation>
    </message>
    <message>
        <source>it is packed by a method that is not supported</source>
        <translation>упакован неподдерживаемым способом</translation>
    </message>
    <message>
        <source>it is too large for a DICOMDIR</source>
        <translation>он слишком велик для DICOMDIR</translation>
    </message>
    <message>
        <source>it is truncated</source>
        <translation>файл обрезан</translation>
    </message>
    <message>
        <source>it is truncated (a compressed image ends too early)</source>
        <translation>файл обрезан (сжатое изображение кончается раньше времени)</translation>
    </message>
    <message>
        <source>it is truncated (frames are missing)</source>
        <translation>файл обрезан (нет кадров)</translation>
    </message>
    <message>
        <source>it is truncated (it ends inside its header)</source>
        <translation>файл обрезан (кончается внутри заголовка)</translation>
    </message>
    <message>
        <source>it is truncated (its compressed content ends too early)</source>
        <translation>файл обрезан (сжатое содержимое кончается раньше времени)</translation>
    </message>
    <message>
        <source>it is truncated (its compressed image is missing)</source>
        <translation>файл обрезан (нет сжатого изображения)</translation>
    </message>
    <message>
        <source>it is truncated (its pixels have {} bytes instead of {})</source>
        <translation>файл обрезан (пиксели занимают {} байт вместо {})</translation>
    </message>
    <message>
        <source>it is truncated (pixels are missing)</source>
        <translation>файл обрезан (нет пикселей)</translation>
    </message>
    <message>
        <source>it is truncated (voxels of {} are announced, some are missing)</source>
        <translation>файл обрезан (объявлены воксели {}, части нет)</translation>
    </message>
    <message>
        <source>it is truncated ({} bytes of pixels are missing)</source>
        <translation>файл обрезан (не хватает {} байт пикселей)</translation>
    </message>
    <message>
        <source>it is truncated ({} bytes)</source>
        <translation>файл обрезан ({} байт)</translation>
    </message>
    <message>
        <source>it is truncated ({} numbers instead of {})</source>
        <translation>файл обрезан ({} чисел вместо {})</translation>
    </message>
    <message>
        <source>it is truncated ({} of {} bytes)</source>
        <translation>файл обрезан ({} из {} байт)</translation>
    </message>
    <message>
        <source>it is {}, not a CT image</source>
        <translation>это {}, а не КТ-изображение</translation>
    </message>
    <message>
        <source>it is {}, not a DICOM image</source>
        <translation>это {}, а не изображение DICOM</translation>
    </message>
    <message>
        <source>it lies more than {} folders deep</source>
        <translation>он лежит глубже {} папок</translation>
    </message>
    <message>
        <source>it names no segments</source>
        <translation>в нём не названы сегменты</translation>
    </message>
    <message>
        <source>it says two things about the patient&apos;s sides: its axes run to {} by the sform and to {} by the qform</source>
        <translation>о сторонах пациента сказано разное: оси идут к {} по sform и к {} по qform</translation>
    </message>
    <message>
        <source>it unpacks to suspiciously much more than it holds</source>
        <translation>он распаковывается в подозрительно больший объём</translation>
    </message>
    <message>
        <source>its TransformMatrix is no rotation (its axes are not of length 1)</source>
        <translation>TransformMatrix не поворот (длина осей не 1)</translation>
    </message>
    <message>
        <source>its compressed content inflates to more than {} MB</source>
        <translation>сжатое содержимое разворачивается более чем в {} МБ</translation>
    </message>
    <message>
        <source>its compressed content is damaged</source>
        <translation>сжатое содержимое повреждено</translation>
    </message>
    <message>
        <source>its compressed data are damaged</source>
        <translation>сжатые данные повреждены</translation>
    </message>
    <message>
        <source>its compressed image data is damaged</source>
        <translation>данные сжатого изображения повреждены</translation>
    </message>
    <message>
        <source>its compressed image decodes to another size than its header says</source>
        <translation>сжатое изображение имеет другой размер, чем в заголовке</translation>
    </message>
    <message>
        <source>its compressed image has an unknown format</source>
        <translation>формат сжатого изображения неизвестен</translation>
    </message>
    <message>
        <source>its compressed image has larger values than the {} bits of its header can hold</source>
        <translation>значения сжатого изображения больше, чем вмещают {} бит из заголовка</translation>
    </message>
    <message>
        <source>its compressed image is damaged (no size in its JPEG header)</source>
        <translation>сжатое изображение повреждено (в заголовке JPEG нет размера)</translation>
    </message>
    <message>
        <source>its compressed image is damaged ({})</source>
        <translation>сжатое изображение повреждено ({})</translation>
    </message>
    <message>
        <source>its compressed image is empty</source>
        <translation>его сжатое изображение пусто</translation>
    </message>
    <message>
        <source>its compressed image is truncated</source>
        <translation>сжатое изображение обрезано</translation>
    </message>
    <message>
        <source>its compressed image is {}×{} with {} channels, its header says {}×{} with 1</source>
        <translation>сжатое изображение {}×{}, каналов {}, а по заголовку {}×{} и 1 канал</translation>
    </message>
    <message>
        <source>its compression {} is not supported</source>
        <translation>сжатие {} не поддерживается</translation>
    </message>
    <message>
        <source>its content is damaged ({})</source>
        <translation>содержимое повреждено ({})</translation>
    </message>
    <message>
        <source>its data are to be found after skipped lines, which is not supported</source>
        <translation>данные идут после пропускаемых строк, это не поддерживается</translation>
    </message>
    <message>
        <source>its data file {} is not in the same folder</source>
        <translation>файла данных {} нет в той же папке</translation>
    </message>
    <message>
        <source>its decoder could not be started</source>
        <translation>декодер не запустился</translation>
    </message>
    <message>
        <source>its decoder crashed on it</source>
        <translation>на нём аварийно завершился декодер</translation>
    </message>
    <message>
        <source>its encoding “{}” is not supported</source>
        <translation>кодирование «{}» не поддерживается</translation>
    </message>
    <message>
        <source>its ending is not that of a mask</source>
        <translation>его расширение не подходит для маски</translation>
    </message>
    <message>
        <source>its file header has an element of undefined length</source>
        <translation>в заголовке файла элемент неопределённой длины</translation>
    </message>
    <message>
        <source>its frames cannot be matched to the slices ({})</source>
        <translation>её кадры не сопоставляются со срезами ({})</translation>
    </message>
    <message>
        <source>its header claims to be longer than {} MB</source>
        <translation>заголовок заявлен длиннее {} МБ</translation>
    </message>
    <message>
        <source>its header does not end</source>
        <translation>заголовок не кончается</translation>
    </message>
    <message>
        <source>its header does not say where the voxels are (ElementDataFile)</source>
        <translation>в заголовке не сказано, где воксели (ElementDataFile)</translation>
    </message>
    <message>
        <source>its header is damaged</source>
        <translation>заголовок повреждён</translation>
    </message>
    <message>
        <source>its header is damaged (data offset)</source>
        <translation>заголовок повреждён (смещение данных)</translation>
    </message>
    <message>
        <source>its header is damaged ({} = “{}”)</source>
        <translation>заголовок повреждён ({} = «{}»)</translation>
    </message>
    <message>
        <source>its header is damaged at element ({},{})</source>
        <translation>заголовок повреждён в элементе ({},{})</translation>
    </message>
    <message>
        <source>its header promises {}×{}×{} voxels ({}), but the file holds {}</source>
        <translation>заголовок обещает {}×{}×{} вокселей ({}), а в файле {}</translation>
    </message>
    <message>
        <source>its header refers to “{}”, and only a plain file name in the same folder is followed</source>
        <translation>заголовок ссылается на «{}», а допускается только имя файла в той же папке</translation>
    </message>
    <message>
        <source>its header says that {} bits are stored up to bit {}, but its pixels use the bits below too</source>
        <translation>по заголовку хранятся {} бит до бита {}, но пиксели занимают и биты ниже</translation>
    </message>
    <message>
        <source>its header says two things about the order of bytes ({})</source>
        <translation>заголовок дважды по-разному называет порядок байтов ({})</translation>
    </message>
    <message>
        <source>its header says two things about where it lies ({})</source>
        <translation>заголовок дважды по-разному называет его положение ({})</translation>
    </message>
    <message>
        <source>its header says two things about {}</source>
        <translation>заголовок дважды по-разному называет {}</translation>
    </message>
    <message>
        <source>its header says two things about “{}”</source>
        <translation>заголовок дважды по-разному называет «{}»</translation>
    </message>
    <message>
        <source>its header says {}×{} pixels ({} bytes), but it holds {} bytes of them</source>
        <translation>по заголовку {}×{} пикселей ({} байт), а есть {} байт</translation>
    </message>
    <message>
        <source>its image size {}×{} is not possible</source>
        <translation>размер изображения {}×{} невозможен</translation>
    </message>
    <message>
        <source>its lengths are in {}, and millimetres are needed</source>
        <translation>длины в {}, а нужны миллиметры</translation>
    </message>
    <message>
        <source>its link leads in a circle</source>
        <translation>его ссылка ведёт по кругу</translation>
    </message>
    <message>
        <source>its member {} is larger than it says</source>
        <translation>его элемент {} больше заявленного</translation>
    </message>
    <message>
        <source>its member “{}” leads out of the archive</source>
        <translation>его элемент «{}» выводит за пределы архива</translation>
    </message>
    <message>
        <source>its numbers are damaged</source>
        <translation>числа повреждены</translation>
    </message>
    <message>
        <source>its numbers are of the type “{}”, which CT does not have</source>
        <translation>тип чисел «{}», какого в КТ нет</translation>
    </message>
    <message>
        <source>its numbers have NIfTI type {}, which is no single number per voxel</source>
        <translation>тип чисел NIfTI {}, а это не одно число на воксель</translation>
    </message>
    <message>
        <source>its pixels are floating-point numbers, which CT images do not have</source>
        <translation>пиксели с плавающей точкой, каких в КТ не бывает</translation>
    </message>
    <message>
        <source>its pixels are followed by {} bytes that belong to nothing</source>
        <translation>за пикселями следуют лишние байты: {}</translation>
    </message>
    <message>
        <source>its pixels have {} bits</source>
        <translation>в пикселях {} бит</translation>
    </message>
    <message>
        <source>its pixels of {} bits in {} are not possible</source>
        <translation>пиксели по {} бит в {} невозможны</translation>
    </message>
    <message>
        <source>its position in the patient is not a finite number</source>
        <translation>положение в пациенте не конечное число</translation>
    </message>
    <message>
        <source>its position {} mm is not possible</source>
        <translation>положение {} мм невозможно</translation>
    </message>
    <message>
        <source>its qform is no rotation (quaternion {}, {}, {})</source>
        <translation>qform не поворот (кватернион {}, {}, {})</translation>
    </message>
    <message>
        <source>its scaling (slope {}, intercept {}) is not possible</source>
        <translation>его пересчёт (наклон {}, сдвиг {}) невозможен</translation>
    </message>
    <message>
        <source>its segment “{}” lies in a layer it has not</source>
        <translation>его сегмент «{}» лежит в несуществующем слое</translation>
    </message>
    <message>
        <source>its segments overlap</source>
        <translation>её сегменты перекрываются</translation>
    </message>
    <message>
        <source>its sequences are nested more than {} deep</source>
        <translation>последовательности вложены глубже {}</translation>
    </message>
    <message>
        <source>its shape {} is impossible.</source>
        <translation>его размеры {} невозможны.</translation>
    </message>
    <message>
        <source>its size {} is not possible</source>
        <translation>размер {} невозможен</translation>
    </message>
    <message>
        <source>its transfer syntax {} is a maker&apos;s own, and the order of its bytes unknown</source>
        <translation>его синтаксис передачи {} — собственный формат производителя, и порядок байтов неизвестен</translation>
    </message>
    <message>
        <source>its values are no labels (whole numbers from 0 to 255)</source>
        <translation>значения не метки (целые числа от 0 до 255)</translation>
    </message>
    <message>
        <source>its voxel size is not positive</source>
        <translation>размер вокселя не положителен</translation>
    </message>
    <message>
        <source>its voxel size is zero</source>
        <translation>размер вокселя равен нулю</translation>
    </message>
    <message>
        <source>its voxel size {} is not positive</source>
        <translation>размер вокселя {} не положителен</translation>
    </message>
    <message>
        <source>its voxels are spread over a list of files, which is not supported</source>
        <translation>воксели распределены по списку файлов, это не поддерживается</translation>
    </message>
    <message>
        <source>its voxels are written as text, which is not supported</source>
        <translation>воксели записаны текстом, это не поддерживается</translation>
    </message>
    <message>
        <source>its voxels of {} mm would make it {} long</source>
        <translation>с вокселями {} мм его длина была бы {}</translation>
    </message>
    <message>
        <source>its voxels would start at byte {}, inside its header</source>
        <translation>воксели начинались бы с байта {}, внутри заголовка</translation>
    </message>
    <message>
        <source>its voxels would start {} bytes before its data (byte skip)</source>
        <translation>его воксели начинались бы за {} байт до данных (byte skip)</translation>
    </message>
    <message>
        <source>its {} frames cannot be told apart in {} fragments</source>
        <translation>кадры ({}) не разделить в фрагментах ({})</translation>
    </message>
    <message>
        <source>its {}×{}×{} voxels ({}) do not fit into this machine&apos;s memory</source>
        <translation>{}×{}×{} вокселей ({}) не помещаются в память этой машины</translation>
    </message>
    <message>
        <source>its “space directions” are damaged</source>
        <translation>поле «space directions» повреждено</translation>
    </message>
    <message>
        <source>its “space” is {}</source>
        <translation>его «space» — {}</translation>
    </message>
    <message>
        <source>keep largest part</source>
        <translation>оставить наибольшую часть</translation>
    </message>
    <message>
        <source>kinds: domain domain domain</source>
        <translation>kinds: domain domain domain</translation>
    </message>
    <message>
        <source>label {}</source>
        <translation>метка {}</translation>
    </message>
    <message>
        <source>left and right</source>
        <translation>лево и право</translation>
    </message>
    <message>
        <source>left pulmonary artery</source>
        <translation>левая лёгочная артерия</translation>
    </message>
    <message>
        <source>lies in another frame of reference</source>
        <translation>лежит в другой системе координат</translation>
    </message>
    <message>
        <source>line skip</source>
        <translation>line skip</translation>
    </message>
    <message>
        <source>long axis</source>
        <translation>большая ось</translation>
    </message>
    <message>
        <source>mPAP 20–25 mmHg</source>
        <translation>срДЛА 20–25 мм рт. ст.</translation>
    </message>
    <message>
        <source>mPAP 25–30 mmHg</source>
        <translation>срДЛА 25–30 мм рт. ст.</translation>
    </message>
    <message>
        <source>mPAP &gt; 30 mmHg</source>
        <translation>срДЛА &gt; 30 мм рт. ст.</translation>
    </message>
    <message>
        <source>mPAP ≤ 20 mmHg</source>
        <translation>срДЛА ≤ 20 мм рт. ст.</translation>
    </message>
    <message>
        <source>measure angle</source>
        <translation>измерение угла</translation>
    </message>
    <message>
        <source>measure bidirectional</source>
        <translation>измерение двух диаметров</translation>
    </message>
    <message>
        <source>measure ellipse</source>
        <translation>измерение эллипсом</translation>
    </message>
    <message>
        <source>measure length</source>
        <translation>измерение длины</translation>
    </message>
    <message>
        <source>measure polygon</source>
        <translation>измерение многоугольником</translation>
    </message>
    <message>
        <source>measure probe</source>
        <translation>значение вокселя</translation>
    </message>
    <message>
        <source>measure ratio</source>
        <translation>измерение отношения</translation>
    </message>
    <message>
        <source>measure vessels</source>
        <translation>измерение сосудов</translation>
    </message>
    <message>
        <source>measured by hand</source>
        <translation>измерено вручную</translation>
    </message>
    <message>
        <source>measured by {}</source>
        <translation>измерил(а) {}</translation>
    </message>
    <message>
        <source>name = {}</source>
        <translation>name = {}</translation>
    </message>
    <message>
        <source>no CT images were found there</source>
        <translation>КТ-изображения там не найдены</translation>
    </message>
    <message>
        <source>no cut-off is used</source>
        <translation>порог не используется</translation>
    </message>
    <message>
        <source>no patient</source>
        <translation>без пациента</translation>
    </message>
    <message>
        <source>no positions</source>
        <translation>нет положений</translation>
    </message>
    <message>
        <source>no preview</source>
        <translation>no preview</translation>
    </message>
    <message>
        <source>no scan is open</source>
        <translation>исследование не открыто</translation>
    </message>
    <message>
        <source>no usable image; {} cannot be read: {}{}</source>
        <translation>нет пригодных изображений; {} не читается: {}{}</translation>
    </message>
    <message>
        <source>none of the {} files it lists is beside it</source>
        <translation>ни одного из перечисленных файлов ({}) рядом нет</translation>
    </message>
    <message>
        <source>not HU</source>
        <translation>не HU</translation>
    </message>
    <message>
        <source>not enough memory</source>
        <translation>недостаточно памяти</translation>
    </message>
    <message>
        <source>not even one slice fits</source>
        <translation>не помещается даже один срез</translation>
    </message>
    <message>
        <source>not probed yet</source>
        <translation>not probed yet</translation>
    </message>
    <message>
        <source>of unknown kind</source>
        <translation>неизвестного вида</translation>
    </message>
    <message>
        <source>other side</source>
        <translation>другая сторона</translation>
    </message>
    <message>
        <source>out of memory</source>
        <translation>память закончилась</translation>
    </message>
    <message>
        <source>padding of a convolution</source>
        <translation>padding of a convolution</translation>
    </message>
    <message>
        <source>phase {}</source>
        <translation>фаза {}</translation>
    </message>
    <message>
        <source>points another way than the classifier</source>
        <translation>расходится с классификатором</translation>
    </message>
    <message>
        <source>points the same way as the classifier</source>
        <translation>согласуется с классификатором</translation>
    </message>
    <message>
        <source>prior beside current</source>
        <translation>прежнее рядом с текущим</translation>
    </message>
    <message>
        <source>proposed by the program</source>
        <translation>предложено программой</translation>
    </message>
    <message>
        <source>pulmonary trunk</source>
        <translation>лёгочный ствол</translation>
    </message>
    <message>
        <source>reaches {} pixels beyond the picture: it is shifted or flipped against the scan</source>
        <translation>выходит на {} пикселей за изображение: сдвинут или отражён относительно скана</translation>
    </message>
    <message>
        <source>region grow</source>
        <translation>рост области</translation>
    </message>
    <message>
        <source>right pulmonary artery</source>
        <translation>правая лёгочная артерия</translation>
    </message>
    <message>
        <source>right to left ventricle</source>
        <translation>правый желудочек к левому</translation>
    </message>
    <message>
        <source>same way</source>
        <translation>одинаково</translation>
    </message>
    <message>
        <source>saved a draft</source>
        <translation>сохранил черновик</translation>
    </message>
    <message>
        <source>second caliper</source>
        <translation>второй циркуль</translation>
    </message>
    <message>
        <source>selected measurement</source>
        <translation>selected measurement</translation>
    </message>
    <message>
        <source>short axis</source>
        <translation>малая ось</translation>
    </message>
    <message>
        <source>short int</source>
        <translation>short int</translation>
    </message>
    <message>
        <source>signal {}</source>
        <translation>сигнал {}</translation>
    </message>
    <message>
        <source>signed char</source>
        <translation>signed char</translation>
    </message>
    <message>
        <source>signed int</source>
        <translation>signed int</translation>
    </message>
    <message>
        <source>signed short</source>
        <translation>signed short</translation>
    </message>
    <message>
        <source>signed short int</source>
        <translation>signed short int</translation>
    </message>
    <message>
        <source>sizes: {} {} {}</source>
        <translation>sizes: {} {} {}</translation>
    </message>
    <message>
        <source>slice is</source>
        <translation>среза</translation>
    </message>
    <message>
        <source>slice thickness</source>
        <translation>толщина среза</translation>
    </message>
    <message>
        <source>slice {}: {} ({})</source>
        <translation>срез {}: {} ({})</translation>
    </message>
    <message>
        <source>slices are</source>
        <translation>срезов</translation>
    </message>
    <message>
        <source>slices from feet to head, rows to posterior, columns to the patient&apos;s left</source>
        <translation>срезы от ног к голове, строки назад, столбцы к левой стороне пациента</translation>
    </message>
    <message>
        <source>slices moved</source>
        <translation>срезы сдвинуты</translation>
    </message>
    <message>
        <source>slices of the scan are missing, and the object could not name those</source>
        <translation>в скане нет части срезов, объект не смог бы их назвать</translation>
    </message>
    <message>
        <source>smooth all jointly</source>
        <translation>сгладить все совместно</translation>
    </message>
    <message>
        <source>space directions</source>
        <translation>space directions</translation>
    </message>
    <message>
        <source>space directions: {}</source>
        <translation>space directions: {}</translation>
    </message>
    <message>
        <source>space origin</source>
        <translation>space origin</translation>
    </message>
    <message>
        <source>space origin: {}</source>
        <translation>space origin: {}</translation>
    </message>
    <message>
        <source>space units</source>
        <translation>space units</translation>
    </message>
    <message>
        <source>space: left-posterior-superior</source>
        <translation>space: left-posterior-superior</translation>
    </message>
    <message>
        <source>standard deviation</source>
        <translation>стандартное отклонение</translation>
    </message>
    <message>
        <source>structure set</source>
        <translation>набор структур</translation>
    </message>
    <message>
        <source>structured report</source>
        <translation>структурированный отчёт</translation>
    </message>
    <message>
        <source>subtract from {}</source>
        <translation>вычесть из {}</translation>
    </message>
    <message>
        <source>sum of the sampler&apos;s shares</source>
        <translation>sum of the sampler&apos;s shares</translation>
    </message>
    <message>
        <source>swap left and right lung</source>
        <translation>поменять местами левое и правое лёгкое</translation>
    </message>
    <message>
        <source>temporal position</source>
        <translation>временное положение</translation>
    </message>
    <message>
        <source>text is burned into its pictures (Burned In Annotation is YES)</source>
        <translation>на изображениях впечатан текст (Burned In Annotation: YES)</translation>
    </message>
    <message>
        <source>the DICOMDIR lists it, but it is not there</source>
        <translation>DICOMDIR называет его, но его там нет</translation>
    </message>
    <message>
        <source>the GPU computes bfloat16 natively</source>
        <translation>the GPU computes bfloat16 natively</translation>
    </message>
    <message>
        <source>the annotated scan is no longer among the images there</source>
        <translation>размеченного исследования больше нет среди изображений там</translation>
    </message>
    <message>
        <source>the annotated scan is no longer there</source>
        <translation>размеченного исследования там больше нет</translation>
    </message>
    <message>
        <source>the archive is damaged ({})</source>
        <translation>архив повреждён ({})</translation>
    </message>
    <message>
        <source>the archive is empty</source>
        <translation>архив пуст</translation>
    </message>
    <message>
        <source>the description of its frames is damaged</source>
        <translation>описание кадров повреждено</translation>
    </message>
    <message>
        <source>the folder is empty</source>
        <translation>папка пуста</translation>
    </message>
    <message>
        <source>the processor computes bfloat16 natively</source>
        <translation>the processor computes bfloat16 natively</translation>
    </message>
    <message>
        <source>the scan had to be resampled, so the mask does not lie on the original slices</source>
        <translation>скан пришлось передискретизировать, маска не лежит на исходных срезах</translation>
    </message>
    <message>
        <source>the scan is no longer among the images there</source>
        <translation>исследования больше нет среди изображений там</translation>
    </message>
    <message>
        <source>the scan is no longer there</source>
        <translation>исследования там больше нет</translation>
    </message>
    <message>
        <source>the scan is not a DICOM series, so there is nothing the object could refer to</source>
        <translation>скан не серия DICOM, объекту не на что ссылаться</translation>
    </message>
    <message>
        <source>the scan is one multi-frame file; only single-slice files can be referred to so far</source>
        <translation>скан в одном многокадровом файле; пока можно ссылаться только на файлы по одному срезу</translation>
    </message>
    <message>
        <source>the scan&apos;s identifiers (UIDs) are empty or not unique, so the object could not name its slices</source>
        <translation>идентификаторы (UID) скана пусты или не уникальны, объект не смог бы назвать его срезы</translation>
    </message>
    <message>
        <source>the series is not among the images there</source>
        <translation>этой серии нет среди изображений там</translation>
    </message>
    <message>
        <source>the undo list has a gap.</source>
        <translation>в списке отмены пропуск.</translation>
    </message>
    <message>
        <source>there is not enough memory for its {} voxels</source>
        <translation>не хватает памяти на {} вокселей</translation>
    </message>
    <message>
        <source>three planes</source>
        <translation>три плоскости</translation>
    </message>
    <message>
        <source>tilt corrected</source>
        <translation>наклон исправлен</translation>
    </message>
    <message>
        <source>training case</source>
        <translation>случай для обучения</translation>
    </message>
    <message>
        <source>training failed</source>
        <translation>обучение не удалось</translation>
    </message>
    <message>
        <source>training process wrote to stderr</source>
        <translation>training process wrote to stderr</translation>
    </message>
    <message>
        <source>transposed convolution</source>
        <translation>transposed convolution</translation>
    </message>
    <message>
        <source>true or false</source>
        <translation>да или нет</translation>
    </message>
    <message>
        <source>trunk to aorta</source>
        <translation>ствол ЛА к аорте</translation>
    </message>
    <message>
        <source>tube voltage</source>
        <translation>напряжение трубки</translation>
    </message>
    <message>
        <source>two of its segments have the value {} in one layer</source>
        <translation>у двух его сегментов одно значение {} в одном слое</translation>
    </message>
    <message>
        <source>two of its structures have the number {}</source>
        <translation>у двух его структур один номер {}</translation>
    </message>
    <message>
        <source>type: unsigned char</source>
        <translation>type: unsigned char</translation>
    </message>
    <message>
        <source>unpacked it would take {} GB in {} files</source>
        <translation>в распакованном виде он занял бы {} ГБ в {} файлах</translation>
    </message>
    <message>
        <source>unsigned char</source>
        <translation>unsigned char</translation>
    </message>
    <message>
        <source>unsigned int</source>
        <translation>unsigned int</translation>
    </message>
    <message>
        <source>unsigned short</source>
        <translation>unsigned short</translation>
    </message>
    <message>
        <source>unsigned short int</source>
        <translation>unsigned short int</translation>
    </message>
    <message>
        <source>used in training</source>
        <translation>в обучении</translation>
    </message>
    <message>
        <source>volume before</source>
        <translation>прежний объём</translation>
    </message>
    <message>
        <source>was drawn on another series</source>
        <translation>нарисован на другой серии</translation>
    </message>
    <message>
        <source>was drawn on other images</source>
        <translation>нарисован на других изображениях</translation>
    </message>
    <message>
        <source>was made on another series</source>
        <translation>сделана на другой серии</translation>
    </message>
    <message>
        <source>width_hu = {}</source>
        <translation>width_hu = {}</translation>
    </message>
    <message>
        <source>without {}</source>
        <translation>без {}</translation>
    </message>
    <message>
        <source>you have no permission to read it</source>
        <translation>нет права на его чтение</translation>
    </message>
    <message>
        <source>you have no permission to read this folder</source>
        <translation>нет права на чтение этой папки</translation>
    </message>
    <message>
        <source>{} ({}) is now in use.</source>
        <translation>Теперь используется {} ({}).</translation>
    </message>
    <message>
        <source>{} = {} mm</source>
        <translation>{} = {} мм</translation>
    </message>
    <message>
        <source>{} HU</source>
        <translation>{} HU</translation>
    </message>
    <message>
        <source>{} Left empty: {}.</source>
        <translation>{} Оставлено пустым: {}.</translation>
    </message>
    <message>
        <source>{} MB</source>
        <translation>{} MB</translation>
    </message>
    <message>
        <source>{} MB are in use, the limit is {} MB</source>
        <translation>занято {} MB, предел {} MB</translation>
    </message>
    <message>
        <source>{} agrees on only {} of the sample pixels</source>
        <translation>{} agrees on only {} of the sample pixels</translation>
    </message>
    <message>
        <source>{} already holds another run.</source>
        <translation>{}: здесь уже лежит другой запуск.</translation>
    </message>
    <message>
        <source>{} bytes</source>
        <translation>{} байт</translation>
    </message>
    <message>
        <source>{} bytes more</source>
        <translation>на {} байт больше</translation>
    </message>
    <message>
        <source>{} cannot be opened in {}.</source>
        <translation>{} не открывается в {}.</translation>
    </message>
    <message>
        <source>{} cannot be read: {}.</source>
        <translation>Не удаётся прочитать {}: {}.</translation>
    </message>
    <message>
        <source>{} cannot be used: {}.</source>
        <translation>{} нельзя использовать: {}.</translation>
    </message>
    <message>
        <source>{} cannot be written ({}).</source>
        <translation>Не удаётся записать {} ({}).</translation>
    </message>
    <message>
        <source>{} cannot be written: the folder {} does not exist.</source>
        <translation>Не удаётся записать {}: папки {} нет.</translation>
    </message>
    <message>
        <source>{} cannot be written: the folder {} is read-only.</source>
        <translation>Не удаётся записать {}: папка {} доступна только для чтения.</translation>
    </message>
    <message>
        <source>{} cannot be {}: the models and the training know it by this name.</source>
        <translation>{0}: изменить нельзя, модели и обучение знают её под этим именем.</translation>
    </message>
    <message>
        <source>{} changes</source>
        <translation>изменений: {}</translation>
    </message>
    <message>
        <source>{} changes are not saved yet: the disk does not answer.</source>
        <translation>Ещё не сохранено изменений: {}; диск не отвечает.</translation>
    </message>
    <message>
        <source>{} channels</source>
        <translation>каналов: {}</translation>
    </message>
    <message>
        <source>{} could not be used.</source>
        <translation>Не удалось использовать {}.</translation>
    </message>
    <message>
        <source>{} could not be written or read ({}).</source>
        <translation>Не удалось записать или прочитать {} ({}).</translation>
    </message>
    <message>
        <source>{} could not be written: {}.</source>
        <translation>Не удалось записать {}: {}.</translation>
    </message>
    <message>
        <source>{} covers {} cm² on one slice, {} cm² and {} cm² on its neighbours.</source>
        <translation>{}: на одном срезе {} см², на соседних {} см² и {} см².</translation>
    </message>
    <message>
        <source>{} covers {} cm² on one slice: it leaks into the lung.</source>
        <translation>{}: на одном срезе {} см², протекает в лёгкое.</translation>
    </message>
    <message>
        <source>{} exists already.</source>
        <translation>{} уже существует.</translation>
    </message>
    <message>
        <source>{} failed because of a fault in the program ({}).</source>
        <translation>{}: сбой из-за ошибки в программе ({}).</translation>
    </message>
    <message>
        <source>{} files</source>
        <translation>файлов: {}</translation>
    </message>
    <message>
        <source>{} files not used:</source>
        <translation>Не использовано файлов: {}</translation>
    </message>
    <message>
        <source>{} gives {} probabilities for {} classes.</source>
        <translation>{} даёт вероятностей: {}, классов: {}.</translation>
    </message>
    <message>
        <source>{} had no voxels; it is out of the list.</source>
        <translation>{}: вокселей не было, убрана из списка.</translation>
    </message>
    <message>
        <source>{} has a mean of {} HU: it holds more than air.</source>
        <translation>{}: среднее {} HU, внутри не только воздух.</translation>
    </message>
    <message>
        <source>{} has changed since it was listed.</source>
        <translation>{} изменился после чтения списка.</translation>
    </message>
    <message>
        <source>{} has no body that could be translated</source>
        <translation>{} has no body that could be translated</translation>
    </message>
    <message>
        <source>{} has no known ending.</source>
        <translation>У {} неизвестное расширение.</translation>
    </message>
    <message>
        <source>{} has no readable manifest: {}.</source>
        <translation>У {} нет читаемого манифеста: {}.</translation>
    </message>
    <message>
        <source>{} has the unknown field “{}”.</source>
        <translation>У {} неизвестное поле «{}».</translation>
    </message>
    <message>
        <source>{} has the unknown parameter “{}”.</source>
        <translation>У {} неизвестный параметр «{}».</translation>
    </message>
    <message>
        <source>{} has {} = {}, not {}.</source>
        <translation>{}: {} = {}, а не {}.</translation>
    </message>
    <message>
        <source>{} has {} hole{} ({} ml).</source>
        <translation>{0}: отверстий {1} ({3} мл).</translation>
    </message>
    <message>
        <source>{} has {} separate part{} ({} ml).</source>
        <translation>{0}: отдельных частей {1} ({3} мл).</translation>
    </message>
    <message>
        <source>{} holds no voxels on this scan.</source>
        <translation>{}: на этом скане нет вокселей.</translation>
    </message>
    <message>
        <source>{} holds {} ml, more than a windpipe: it leaks into the lung.</source>
        <translation>{}: {} мл, больше трахеи, протекает в лёгкое.</translation>
    </message>
    <message>
        <source>{} holds {}: none of these is a segment of the mask.</source>
        <translation>В {} есть {}: ни одного из них нет среди структур маски.</translation>
    </message>
    <message>
        <source>{} is a file, not a folder.</source>
        <translation>{} является файлом, а не папкой.</translation>
    </message>
    <message>
        <source>{} is active again.</source>
        <translation>Снова используется {}.</translation>
    </message>
    <message>
        <source>{} is being written by another program.</source>
        <translation>{} сейчас записывает другая программа.</translation>
    </message>
    <message>
        <source>{} is damaged (a name in it cannot be read).</source>
        <translation>{}: файл повреждён (одно из имён в нём не читается).</translation>
    </message>
    <message>
        <source>{} is damaged (a value in it cannot be read).</source>
        <translation>{} повреждён (одно из значений не читается).</translation>
    </message>
    <message>
        <source>{} is damaged (expected SHA-256 {}…, found {}).</source>
        <translation>Файл {} повреждён (ожидался SHA-256 {}…, найден {}).</translation>
    </message>
    <message>
        <source>{} is damaged ({}).</source>
        <translation>Файл {} повреждён ({}).</translation>
    </message>
    <message>
        <source>{} is damaged: it holds {} bytes instead of {}.</source>
        <translation>{} повреждён: в нём {} байт вместо {}.</translation>
    </message>
    <message>
        <source>{} is empty.</source>
        <translation>{}: пусто.</translation>
    </message>
    <message>
        <source>{} is locked.</source>
        <translation>{}: структура закреплена.</translation>
    </message>
    <message>
        <source>{} is not a classifier of thorax pictures.</source>
        <translation>{} не классификатор изображений грудной клетки.</translation>
    </message>
    <message>
        <source>{} is not a safetensors file: {}.</source>
        <translation>{} не файл safetensors: {}.</translation>
    </message>
    <message>
        <source>{} is not a study list of this version of the program.</source>
        <translation>{} не является списком исследований этой версии программы.</translation>
    </message>
    <message>
        <source>{} is not an annotation store.</source>
        <translation>{} не является хранилищем разметки.</translation>
    </message>
    <message>
        <source>{} is not analysed: {}.</source>
        <translation>{} не анализируется: {}.</translation>
    </message>
    <message>
        <source>{} is now the active model.</source>
        <translation>Теперь используется модель {}.</translation>
    </message>
    <message>
        <source>{} of {} cut-offs reached</source>
        <translation>достигнуто порогов: {} из {}</translation>
    </message>
    <message>
        <source>{} touches the back of the scan: it may be cut off or leak.</source>
        <translation>{} касается заднего края скана: возможно, обрезано или протекает.</translation>
    </message>
    <message>
        <source>{} touches the front of the scan: it may be cut off or leak.</source>
        <translation>{} касается переднего края скана: возможно, обрезано или протекает.</translation>
    </message>
    <message>
        <source>{} touches the highest slice of the scan: it may be cut off or leak.</source>
        <translation>{} касается верхнего среза скана: возможно, обрезано или протекает.</translation>
    </message>
    <message>
        <source>{} touches the left border of the scan: it may be cut off or leak.</source>
        <translation>{} касается левого края скана: возможно, обрезано или протекает.</translation>
    </message>
    <message>
        <source>{} touches the lowest slice of the scan: it may be cut off or leak.</source>
        <translation>{} касается нижнего среза скана: возможно, обрезано или протекает.</translation>
    </message>
    <message>
        <source>{} touches the right border of the scan: it may be cut off or leak.</source>
        <translation>{} касается правого края скана: возможно, обрезано или протекает.</translation>
    </message>
    <message>
        <source>{} {} {}  {}×{}×{}  {} mm{}</source>
        <translation>{} {} {}  {}×{}×{}  {} mm{}</translation>
    </message>
    <message>
        <source>{} is only being created.</source>
        <translation>{} ещё создаётся.</translation>
    </message>
    <message>
        <source>{} finished in {} s on {}.</source>
        <translation>{}: готово за {} с, устройство {}.</translation>
    </message>
    <message>
        <source>{} finished on {}.</source>
        <translation>{}: готово, устройство {}.</translation>
    </message>
    <message>
        <source>{} is {}, outside {} to {}.</source>
        <translation>{} равно {}, вне пределов от {} до {}.</translation>
    </message>
    <message>
        <source>{} is {}.</source>
        <translation>{}: {}.</translation>
    </message>
    <message>
        <source>{} lacks {}.</source>
        <translation>У {} нет {}.</translation>
    </message>
    <message>
        <source>{} ml of lung were labelled with the wrong side and corrected; check left and right.</source>
        <translation>{} мл лёгкого были отнесены не к той стороне и исправлены; проверьте стороны.</translation>
    </message>
    <message>
        <source>{} mm</source>
        <translation>{} мм</translation>
    </message>
    <message>
        <source>{} must be a list, not {}.</source>
        <translation>{} должно быть списком, а не {}.</translation>
    </message>
    <message>
        <source>{} must be an object with named fields, not {}.</source>
        <translation>{} должно быть объектом с именованными полями, а не {}.</translation>
    </message>
    <message>
        <source>{} must be {}, not {}.</source>
        <translation>{} должно быть {}, а не {}.</translation>
    </message>
    <message>
        <source>{} needed, </source>
        <translation>нужно {}, </translation>
    </message>
    <message>
        <source>{} needs more memory than is free.</source>
        <translation>{}: не хватает свободной памяти.</translation>
    </message>
    <message>
        <source>{} of its frames are not described</source>
        <translation>не описаны кадры: {}</translation>
    </message>
    <message>
        <source>{} of {} slices</source>
        <translation>срезов: {} из {}</translation>
    </message>
    <message>
        <source>{} patient(s) are in the training cases and in the hold-out.</source>
        <translation>Пациентов, попавших и в обучение, и в отложенные: {}.</translation>
    </message>
    <message>
        <source>{} reads back differently from what was written.</source>
        <translation>{} читается не так, как был записан.</translation>
    </message>
    <message>
        <source>{} series under {}</source>
        <translation>серий: {} в {}</translation>
    </message>
    <message>
        <source>{} voxels</source>
        <translation>вокселей: {}</translation>
    </message>
    <message>
        <source>{} was not applied: the mask was changed meanwhile.</source>
        <translation>{}: не применено, маска тем временем изменилась.</translation>
    </message>
    <message>
        <source>{} was written by a newer version of the program (format {}).</source>
        <translation>{} записан более новой версией программы (формат {}).</translation>
    </message>
    <message>
        <source>{} {} cannot be read ({}{}).</source>
        <translation>Не читаются {1}: {0} ({2}{3}).</translation>
    </message>
    <message>
        <source>{} {} left out ({}).</source>
        <translation>{} {} пропущены ({}).</translation>
    </message>
    <message>
        <source>{} {} missing at {}: left empty, not closed.</source>
        <translation>Нет срезов ({0}) на позициях {2}: оставлены пустыми, не сомкнуты.</translation>
    </message>
    <message>
        <source>{} {} there twice with the same pixels: used once.</source>
        <translation>{1} с одинаковыми пикселями встречаются дважды ({0}): использованы один раз.</translation>
    </message>
    <message>
        <source>{} ± {} HU</source>
        <translation>{} ± {} HU</translation>
    </message>
    <message>
        <source>{} – ctviewer</source>
        <translation>{} – ctviewer</translation>
    </message>
    <message>
        <source>{} … {} HU</source>
        <translation>{} … {} HU</translation>
    </message>
    <message>
        <source>{}, part</source>
        <translation>{}, часть</translation>
    </message>
    <message>
        <source>{}, study …{}</source>
        <translation>{}, исследование …{}</translation>
    </message>
    <message>
        <source>{}, subtract – {}</source>
        <translation>{}, вычитание: {}</translation>
    </message>
    <message>
        <source>{}: no lungs were found on it.</source>
        <translation>{}: лёгкие на нём не найдены.</translation>
    </message>
    <message>
        <source>{}: nothing to change.</source>
        <translation>{}: менять нечего.</translation>
    </message>
    <message>
        <source>{}: only {} mm² of blood above {} HU lie between the lungs, so the scan seems to be without contrast medium there.</source>
        <translation>{}: между лёгкими только {} мм² крови плотнее {} HU, исследование здесь, по-видимому, без контраста.</translation>
    </message>
    <message>
        <source>{}: the chest is cut off by the field of view ({} mm of lung lie on its edge).</source>
        <translation>{}: грудная клетка обрезана полем обзора ({} мм лёгкого лежат на его краю).</translation>
    </message>
    <message>
        <source>{}×{}×{} voxels ({})</source>
        <translation>{}×{}×{} вокселей ({})</translation>
    </message>
    <message>
        <source>“{}” in its header is no direction</source>
        <translation>«{}» в заголовке не направление</translation>
    </message>
    <message>
        <source>“{}” in its header is no number</source>
        <translation>«{}» в заголовке не число</translation>
    </message>
    <message>
        <source>“{}” in its header is no number ({})</source>
        <translation>«{}» в заголовке не число ({})</translation>
    </message>
    <message>
        <source>“{}” is not a model version.</source>
        <translation>«{}» не является версией модели.</translation>
    </message>
    <message>
        <source>“{}” was not classified: its images carry no positions, so left and right are unknown.</source>
        <translation>«{}» не оценено: в снимках нет положений срезов, стороны неизвестны.</translation>
    </message>
    <message>
        <source>“{}” was not classified: its slices are {} mm apart.</source>
        <translation>«{}» не классифицирована: расстояние между срезами {} мм.</translation>
    </message>
    <message>
        <source>“{}” was not classified: its values are not Hounsfield units.</source>
        <translation>«{}» не классифицирована: её значения не в единицах Хаунсфилда.</translation>
    </message>
    <message>
        <source>“{}” was not classified: {} slices are too few to find the pulmonary trunk.</source>
        <translation>«{}» не классифицирована: срезов {}, этого мало, чтобы найти лёгочный ствол.</translation>
    </message>
    <message>
        <source>“{}” was not segmented: its images carry no positions, so left and right are unknown.</source>
        <translation>«{}» не сегментировано: в снимках нет положений срезов, стороны неизвестны.</translation>
    </message>
    <message>
        <source>“{}” was not segmented: its values are not Hounsfield units.</source>
        <translation>«{}» не сегментирована: её значения не в единицах Хаунсфилда.</translation>
    </message>
</context>
<context>
    <name>SeriesPanel</name>
    <message>
        <source>Series</source>
        <translation>Серии</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Открыть</translation>
    </message>
    <message>
        <source>Show beside the current scan</source>
        <translation>Показать рядом с текущим</translation>
    </message>
</context>
<context>
    <name>ShortcutEditor</name>
    <message>
        <source>Search actions and keys</source>
        <translation>Поиск действий и клавиш</translation>
    </message>
    <message>
        <source>New key</source>
        <translation>Новая клавиша</translation>
    </message>
    <message>
        <source>Use this key</source>
        <translation>Назначить</translation>
    </message>
    <message>
        <source>No key</source>
        <translation>Без клавиши</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>По умолчанию</translation>
    </message>
    <message>
        <source>All defaults</source>
        <translation>Все по умолчанию</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Действие</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Клавиши</translation>
    </message>
    <message>
        <source>Actions and their keys</source>
        <translation>Действия и их клавиши</translation>
    </message>
    <message>
        <source>{} has a fixed meaning and cannot be given to an action.</source>
        <translation>Клавиша {} имеет постоянное значение и не может быть назначена действию.</translation>
    </message>
    <message>
        <source>{key} belongs to “{action}”. Using it here takes it away there.</source>
        <translation>{key} принадлежит действию «{action}». Если назначить её здесь, там она будет снята.</translation>
    </message>
    <message>
        <source>Press the new key in the field; changed rows are bold.</source>
        <translation>Нажмите новую клавишу в поле; изменённые строки выделены.</translation>
    </message>
</context>
<context>
    <name>Slab</name>
    <message>
        <source>MIP {:.0f} mm</source>
        <translation>MIP {:.0f} мм</translation>
    </message>
    <message>
        <source>MinIP {:.0f} mm</source>
        <translation>MinIP {:.0f} мм</translation>
    </message>
    <message>
        <source>Mean {:.0f} mm</source>
        <translation>Среднее {:.0f} мм</translation>
    </message>
</context>
<context>
    <name>StudyDetails</name>
    <message>
        <source>Open</source>
        <translation>Открыть</translation>
    </message>
    <message>
        <source>Locate…</source>
        <translation>Указать место…</translation>
    </message>
    <message>
        <source>Take off the list</source>
        <translation>Убрать из списка</translation>
    </message>
    <message>
        <source>Choose a series; Enter opens it.</source>
        <translation>Выберите серию; Enter открывает её.</translation>
    </message>
    <message>
        <source>The files are no longer in {}; the annotations are kept. Say where the files are now.</source>
        <translation>Файлов больше нет в {}; разметка сохранена. Укажите, где файлы теперь.</translation>
    </message>
    <message>
        <source>{} The models do not use this series.</source>
        <translation>{} Модели не используют эту серию.</translation>
    </message>
</context>
<context>
    <name>StudyList</name>
    <message>
        <source>Status</source>
        <translation>Статус</translation>
    </message>
    <message>
        <source>Worth a look</source>
        <translation>Стоит взглянуть</translation>
    </message>
    <message>
        <source>Patient</source>
        <translation>Пациент</translation>
    </message>
    <message>
        <source>ID</source>
        <translation>ID</translation>
    </message>
    <message>
        <source>Study date</source>
        <translation>Дата</translation>
    </message>
    <message>
        <source>Study</source>
        <translation>Исследование</translation>
    </message>
    <message>
        <source>Series</source>
        <translation>Серия</translation>
    </message>
    <message>
        <source>Slices</source>
        <translation>Срезы</translation>
    </message>
    <message>
        <source>Annotator</source>
        <translation>Разметчик</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Модель</translation>
    </message>
    <message>
        <source>Last opened</source>
        <translation>Открывалось</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Новые</translation>
    </message>
    <message>
        <source>Predicted</source>
        <translation>Сегментировано</translation>
    </message>
    <message>
        <source>In correction</source>
        <translation>Исправляется</translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>Принято</translation>
    </message>
    <message>
        <source>Used in training</source>
        <translation>В обучении</translation>
    </message>
    <message>
        <source>Little</source>
        <translation>Мало</translation>
    </message>
    <message>
        <source>Some</source>
        <translation>Есть</translation>
    </message>
    <message>
        <source>Much</source>
        <translation>Много</translation>
    </message>
    <message>
        <source>Accepted: nothing is left to look at.</source>
        <translation>Принято: смотреть больше нечего.</translation>
    </message>
    <message>
        <source>Not segmented yet.</source>
        <translation>Ещё не сегментировано.</translation>
    </message>
    <message>
        <source>No prediction says where it may be wrong.</source>
        <translation>Нет предсказания, которое показало бы, где возможны ошибки.</translation>
    </message>
    <message>
        <source>{} ml in close calls of the model on slices nobody looked at</source>
        <translation>{} мл, где модель колебалась, на ещё не просмотренных срезах</translation>
    </message>
    <message>
        <source>1 finding of the check</source>
        <translation>1 находка проверки</translation>
    </message>
    <message>
        <source>{} findings of the check</source>
        <translation>Находок проверки: {}</translation>
    </message>
    <message>
        <source>{} ml of an earlier mask changed by the prediction</source>
        <translation>{} мл прежней маски изменено предсказанием</translation>
    </message>
    <message>
        <source>Nothing is left that looks doubtful.</source>
        <translation>Сомнительного не осталось.</translation>
    </message>
</context>
<context>
    <name>StudyListView</name>
    <message>
        <source>All series</source>
        <translation>Все серии</translation>
    </message>
    <message>
        <source>Search patient, ID, study, series, annotator, model</source>
        <translation>Поиск: пациент, ID, исследование, серия, разметчик, модель</translation>
    </message>
    <message>
        <source>Search the study list</source>
        <translation>Поиск в списке исследований</translation>
    </message>
    <message>
        <source>Also series the models do not use: scouts, other planes, other parts.</source>
        <translation>Также серии, которые модели не используют: топограммы, другие плоскости, другие области.</translation>
    </message>
    <message>
        <source>No study matches.</source>
        <translation>Подходящих исследований нет.</translation>
    </message>
    <message>
        <source>Where are the files of this series now?</source>
        <translation>Где теперь лежат файлы этой серии?</translation>
    </message>
</context>
<context>
    <name>StudyTable</name>
    <message>
        <source>Study list</source>
        <translation>Список исследований</translation>
    </message>
</context>
<context>
    <name>SurfaceCanvas</name>
    <message>
        <source>3-D view</source>
        <translation>Трёхмерный вид</translation>
    </message>
</context>
<context>
    <name>SurfacePane</name>
    <message>
        <source>From the front</source>
        <translation>Спереди</translation>
    </message>
    <message>
        <source>From behind</source>
        <translation>Сзади</translation>
    </message>
    <message>
        <source>From the patient&apos;s left</source>
        <translation>Слева от пациента</translation>
    </message>
    <message>
        <source>From the patient&apos;s right</source>
        <translation>Справа от пациента</translation>
    </message>
    <message>
        <source>From the head</source>
        <translation>Со стороны головы</translation>
    </message>
    <message>
        <source>From the feet</source>
        <translation>Со стороны ног</translation>
    </message>
    <message>
        <source>Show the current slice</source>
        <translation>Показать текущий срез</translation>
    </message>
    <message>
        <source>Cut open at the current slice</source>
        <translation>Разрезать по текущему срезу</translation>
    </message>
    <message>
        <source>Bones and vessels (volume rendering)</source>
        <translation>Кости и сосуды (объёмный рендеринг)</translation>
    </message>
    <message>
        <source>Preparing the 3-D view…</source>
        <translation>Подготовка трёхмерного вида…</translation>
    </message>
    <message>
        <source>Building surfaces…</source>
        <translation>Построение поверхностей…</translation>
    </message>
    <message>
        <source>No segments yet. Press S to segment the scan.</source>
        <translation>Структур пока нет. Нажмите S, чтобы сегментировать.</translation>
    </message>
    <message>
        <source>3-D</source>
        <translation>3D</translation>
    </message>
    <message>
        <source>Look from a side</source>
        <translation>Вид со стороны</translation>
    </message>
</context>
<context>
    <name>SurfaceSource</name>
    <message>
        <source>Building surfaces</source>
        <translation>Построение поверхностей</translation>
    </message>
    <message>
        <source>Building the 3-D surfaces</source>
        <translation>Построение трёхмерных поверхностей</translation>
    </message>
</context>
<context>
    <name>ToolOptions</name>
    <message>
        <source>a new segment</source>
        <translation>новая структура</translation>
    </message>
    <message>
        <source>nothing: remove it</source>
        <translation>ничем: удалить</translation>
    </message>
    <message>
        <source>What the part that is cut off becomes</source>
        <translation>Чем станет отсечённая часть</translation>
    </message>
    <message>
        <source>add to the segment</source>
        <translation>добавить к структуре</translation>
    </message>
    <message>
        <source>subtract from the segment</source>
        <translation>вычесть из структуры</translation>
    </message>
    <message>
        <source>Add or subtract</source>
        <translation>Добавить или вычесть</translation>
    </message>
    <message>
        <source>Radius</source>
        <translation>Радиус</translation>
    </message>
    <message>
        <source>Brush radius</source>
        <translation>Радиус кисти</translation>
    </message>
    <message>
        <source>Brush radius in millimetres</source>
        <translation>Радиус кисти в миллиметрах</translation>
    </message>
    <message>
        <source>Paint in three dimensions (ball)</source>
        <translation>Рисовать объёмно (шар)</translation>
    </message>
    <message>
        <source>Inside</source>
        <translation>Внутри</translation>
    </message>
    <message>
        <source>Enter or double-click closes, Backspace takes a point back, Ctrl inverts.</source>
        <translation>Enter или двойной щелчок замыкает, Backspace возвращает точку, Ctrl меняет на обратное.</translation>
    </message>
    <message>
        <source>Region</source>
        <translation>Область</translation>
    </message>
    <message>
        <source>Through all slices</source>
        <translation>Через все срезы</translation>
    </message>
    <message>
        <source>Leak limit</source>
        <translation>Предел</translation>
    </message>
    <message>
        <source>Fills what has the clicked label and is connected, within the HU gate.</source>
        <translation>Заливает связное с той же меткой в диапазоне HU.</translation>
    </message>
    <message>
        <source>Tolerance in HU</source>
        <translation>Допуск в HU</translation>
    </message>
    <message>
        <source>All slices</source>
        <translation>Все срезы</translation>
    </message>
    <message>
        <source>Tolerance</source>
        <translation>Допуск</translation>
    </message>
    <message>
        <source>Leak limit in millilitres</source>
        <translation>Предел протечки в миллилитрах</translation>
    </message>
    <message>
        <source>Cut off to</source>
        <translation>Отсечь в</translation>
    </message>
    <message>
        <source>Through all slices of the view</source>
        <translation>Через все срезы проекции</translation>
    </message>
    <message>
        <source>Draw a line across the active segment; Shift draws it straight.</source>
        <translation>Проведите линию через активную структуру; с Shift она прямая.</translation>
    </message>
    <message>
        <source>removes it</source>
        <translation>удаляет её</translation>
    </message>
    <message>
        <source>keeps only it</source>
        <translation>оставляет только её</translation>
    </message>
    <message>
        <source>gives it to the active segment</source>
        <translation>отдаёт её активной структуре</translation>
    </message>
    <message>
        <source>What a click on a connected part does</source>
        <translation>Что делает щелчок по связной части</translation>
    </message>
    <message>
        <source>A click</source>
        <translation>Щелчок</translation>
    </message>
    <message>
        <source>Drag a rectangle; another one in a second plane limits the box along the slices.</source>
        <translation>Протяните прямоугольник; второй, в другой плоскости, ограничит рамку вдоль срезов.</translation>
    </message>
</context>
<context>
    <name>ToolsPanel</name>
    <message>
        <source>Whole segment</source>
        <translation>Вся структура</translation>
    </message>
</context>
<context>
    <name>Units</name>
    <message>
        <source>mm</source>
        <translation>мм</translation>
    </message>
    <message>
        <source>cm</source>
        <translation>см</translation>
    </message>
    <message>
        <source>ml</source>
        <translation>мл</translation>
    </message>
    <message>
        <source>mm²</source>
        <translation>мм²</translation>
    </message>
    <message>
        <source>cm²</source>
        <translation>см²</translation>
    </message>
    <message>
        <source>s</source>
        <translation>с</translation>
    </message>
    <message>
        <source>min</source>
        <translation>мин</translation>
    </message>
    <message>
        <source>h</source>
        <translation>ч</translation>
    </message>
    <message>
        <source>MB</source>
        <translation>МБ</translation>
    </message>
    <message>
        <source>GB</source>
        <translation>ГБ</translation>
    </message>
</context>
<context>
    <name>UnwrittenQuestion</name>
    <message>
        <source>Changes are not saved</source>
        <translation>Изменения не сохранены</translation>
    </message>
    <message>
        <source>Your last changes of the mask are not on the disk. Closing now loses them.</source>
        <translation>Последние изменения маски не записаны на диск. Если закрыть сейчас, они пропадут.</translation>
    </message>
</context>
<context>
    <name>View3d</name>
    <message>
        <source>This computer offers no OpenGL to draw surfaces with; everything else works without it.</source>
        <translation>На этом компьютере нет OpenGL для поверхностей; всё остальное работает.</translation>
    </message>
</context>
<context>
    <name>ViewCommands</name>
    <message>
        <source>Open prior</source>
        <translation>Открыть прежнее исследование</translation>
    </message>
    <message>
        <source>The files of this series recommend no window.</source>
        <translation>Файлы этой серии не рекомендуют окно.</translation>
    </message>
</context>
<context>
    <name>ViewStrip</name>
    <message>
        <source>Axial</source>
        <translation>Аксиальная</translation>
    </message>
    <message>
        <source>Coronal</source>
        <translation>Корональная</translation>
    </message>
    <message>
        <source>Sagittal</source>
        <translation>Сагиттальная</translation>
    </message>
    <message>
        <source>Single slice</source>
        <translation>Один срез</translation>
    </message>
    <message>
        <source>Maximum (MIP)</source>
        <translation>Максимум (MIP)</translation>
    </message>
    <message>
        <source>Minimum (MinIP)</source>
        <translation>Минимум (MinIP)</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>Среднее</translation>
    </message>
    <message>
        <source>Play through the slices</source>
        <translation>Кинопросмотр срезов</translation>
    </message>
    <message>
        <source>Several slices drawn as one</source>
        <translation>Несколько срезов как один</translation>
    </message>
    <message>
        <source>{:.0f}/s</source>
        <translation>{:.0f}/с</translation>
    </message>
    <message>
        <source>{kind} {mm:.0f} mm</source>
        <translation>{kind} {mm:.0f} мм</translation>
    </message>
    <message>
        <source>Slab</source>
        <translation>Слой</translation>
    </message>
    <message>
        <source>{} slices per second</source>
        <translation>срезов в секунду: {}</translation>
    </message>
    <message>
        <source>Back and forth</source>
        <translation>Туда и обратно</translation>
    </message>
    <message>
        <source>{} mm</source>
        <translation>{} мм</translation>
    </message>
</context>
<context>
    <name>WatchedFolders</name>
    <message>
        <source>Watched folders</source>
        <translation>Наблюдаемые папки</translation>
    </message>
    <message>
        <source>Watch a folder…</source>
        <translation>Наблюдать за папкой…</translation>
    </message>
    <message>
        <source>Stop watching {}</source>
        <translation>Не наблюдать за {}</translation>
    </message>
    <message>
        <source>Watch this folder for new studies</source>
        <translation>Наблюдать за новыми исследованиями в папке</translation>
    </message>
</context>
<context>
    <name>_ResultView</name>
    <message>
        <source>Go to slice</source>
        <translation>К срезу</translation>
    </message>
    <message>
        <source>What it rests on</source>
        <translation>На чём основано</translation>
    </message>
    <message>
        <source>Tint the places whose hiding lowers the probability of the class most (occlusion).</source>
        <translation>Окрасить места, сокрытие которых сильнее всего снижает вероятность класса (окклюзия).</translation>
    </message>
    <message>
        <source>What the model saw:
slice {number} of {count}

{model}</source>
        <translation>Что видела модель:
срез {number} из {count}

{model}</translation>
    </message>
    <message>
        <source>Classify the next slice towards the head instead</source>
        <translation>Классифицировать следующий срез к голове</translation>
    </message>
    <message>
        <source>Classify the next slice towards the feet instead</source>
        <translation>Классифицировать следующий срез к ногам</translation>
    </message>
</context>
</TS>
